// Numbers within sentences.

export const plural = (count: number, one: string, other: string) => (count === 1 ? one : other);

// Nobody counts more than a minute in seconds.
export const pause = (seconds: number) => (seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`);

export const whole = (value: number) => value.toLocaleString('en');

// From what a person chooses to a schedule's expression.

export const RHYTHMS = ['hourly', 'daily', 'weekdays', 'own'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

export interface When {
  rhythm: Rhythm;
  time: string; // 08:00
  own: string; // an expression as it was typed
}

// '' while there is nothing to ask the server about.
export function expressionOf({ rhythm, time, own }: When): string {
  if (rhythm === 'own') return own.trim();
  if (rhythm === 'hourly') return '0 * * * *';
  const [, hour, minute] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) return '';
  return `${Number(minute)} ${Number(hour)} * * ${rhythm === 'weekdays' ? 'mon-fri' : '*'}`;
}

// From what a person chooses to a schedule's expression, and back.

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

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|mon-fri|1-5)$/i;

// What a person would have chosen for an expression: as it was typed, if none of the rhythms says the same.
export function whenOf(expression: string): When {
  const none = { time: '08:00', own: '' };
  if (expression === '0 * * * *') return { ...none, rhythm: 'hourly' };
  const [, minute, hour, days] = DAILY.exec(expression) ?? [];
  if (minute === undefined || hour === undefined) return { ...none, rhythm: 'own', own: expression };
  return { ...none, rhythm: days === '*' ? 'daily' : 'weekdays', time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` };
}

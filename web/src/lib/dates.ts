// Business days as YYYY-MM-DD strings. A day has no time zone; asking which day it is needs one.

export type Day = string;

const DAY_MS = 86_400_000;
const utc = (day: Day) => Date.parse(`${day}T00:00:00Z`);

export function isDay(text: string | null): text is Day {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = utc(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text); // 2026-02-31 is none
}

export function addDays(day: Day, count: number): Day {
  return new Date(utc(day) + count * DAY_MS).toISOString().slice(0, 10);
}

// Days from `from` to `to`, both included.
export function daysIn(from: Day, to: Day): number {
  return Math.round((utc(to) - utc(from)) / DAY_MS) + 1;
}

export function dayIn(zone: string, instant: Date): Day {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(instant);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

// A Date whose UTC fields are those of `day`, for Intl formatters in UTC.
export function dateOf(day: Day): Date {
  return new Date(utc(day));
}

// Numbers, money and time as people of a locale write them. All instants are shown in the tenant's zone.
import { dateOf, dayIn, type Day } from './dates';

export type Locale = 'pt-BR' | 'en';

export interface Formats {
  locale: Locale;
  zone: string;
  money(value: number | null): string;
  // Of another currency than the tenant's, perhaps.
  moneyIn(value: number | null, currency: string): string;
  // Short, for axes: R$ 12 mil.
  moneyShort(value: number): string;
  whole(value: number | null): string;
  wholeShort(value: number): string;
  average(value: number | null): string; // 2,7; 3.455
  // 0.0123 → 1,23 %
  percent(value: number | null, digits?: number): string;
  // A change with its sign: +12,3 %
  signedPercent(value: number): string;
  // Percentage points with their sign: +0,42
  signedPoints(value: number): string;
  day(value: Day): string; // 23 de nov.
  dayOf(value: Day): string; // the same, with the year if it isn't this one
  dayLong(value: Day): string; // segunda-feira, 23 de novembro de 2026
  dayNumeric(value: Day): string; // 23/11/2026
  weekday(value: Day): string; // seg.
  range(from: Day, to: Day): string;
  time(instant: string): string; // 14:32
  dateTime(instant: string): string; // 23 de nov., 14:32, with the year if it isn't this one
  dateTimeFull(instant: string): string; // with seconds and year
  ago(instant: string, now: Date): string; // há 5 minutos
  duration(milliseconds: number): string;
}

export const UNKNOWN = '—';

// To the smallest unit that money of `currency` has: cents, yen, fils.
export function roundMoney(value: number, currency: string): number {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return Number(value.toFixed(digits));
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function makeFormats(locale: Locale, currency: string, zone: string): Formats {
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: number | null) => (value === null ? UNKNOWN : format.format(value));
  };
  const ofDay = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  const ofInstant = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: 'h23' });
    return (instant: string) => format.format(new Date(instant));
  };
  const short = ofDay({ day: 'numeric', month: 'short' });
  const long = ofDay({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const numeric = ofDay({ day: '2-digit', month: '2-digit', year: 'numeric' });
  const weekday = ofDay({ weekday: 'short' });
  const withYear = ofDay({ day: 'numeric', month: 'short', year: 'numeric' });
  const instantHere = ofInstant({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const instantWithYear = ofInstant({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const isThisYear = (value: Day) => value.slice(0, 4) === dayIn(zone, new Date()).slice(0, 4);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const whole = number({ maximumFractionDigits: 0 });
  const oneDecimal = number({ maximumFractionDigits: 1 });
  return {
    locale,
    zone,
    money: number({ style: 'currency', currency }),
    moneyIn: (value, other) => (value === null ? UNKNOWN : number({ style: 'currency', currency: other })(value)),
    moneyShort: number({ style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 }),
    whole,
    average: (value) => (value !== null && Math.abs(value) < 100 ? oneDecimal(value) : whole(value)),
    wholeShort: number({ notation: 'compact', maximumFractionDigits: 1 }),
    percent: (value, digits = 2) => number({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })(value),
    signedPercent: number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
    signedPoints: number({ maximumFractionDigits: 2, minimumFractionDigits: 2, signDisplay: 'exceptZero' }),
    day: (value) => short.format(dateOf(value)),
    dayOf: (value) => (isThisYear(value) ? short : withYear).format(dateOf(value)),
    dayLong: (value) => long.format(dateOf(value)),
    dayNumeric: (value) => numeric.format(dateOf(value)),
    weekday: (value) => weekday.format(dateOf(value)),
    range: (from, to) => (from === to ? withYear.format(dateOf(from)) : withYear.formatRange(dateOf(from), dateOf(to))),
    time: ofInstant({ hour: '2-digit', minute: '2-digit' }),
    dateTime: (instant) => (isThisYear(dayIn(zone, new Date(instant))) ? instantHere : instantWithYear)(instant),
    dateTimeFull: ofInstant({ day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ago: (instant, now) => {
      const seconds = Math.round((Date.parse(instant) - now.getTime()) / 1000);
      const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
      return unit ? relative.format(Math.trunc(seconds / unit[1]), unit[0]) : relative.format(0, 'second');
    },
    duration: (milliseconds) => {
      // Rounded first, cut up then: 59.96 s is a minute, and no minute has 60 s.
      if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
      const tenths = Math.round(milliseconds / 100);
      if (tenths < 600) return `${oneDecimal(tenths / 10)} s`;
      const seconds = Math.round(milliseconds / 1000);
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
      return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    },
  };
}

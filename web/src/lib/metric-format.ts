// A metric's value as text.
import type { Formats } from './format';

type Kind = 'revenue' | 'orders' | 'units' | 'averageTicket' | 'visits' | 'conversion';

export function metricText(f: Formats, metric: Kind, value: number | null): string {
  if (metric === 'revenue' || metric === 'averageTicket') return f.money(value);
  return metric === 'conversion' ? f.percent(value) : f.whole(value);
}

export function isCount(metric: Kind): boolean {
  return metric === 'orders' || metric === 'units' || metric === 'visits';
}

// An average of whole things isn't one: "0" orders a day would be untrue.
export function averageText(f: Formats, metric: Kind, value: number | null): string {
  return isCount(metric) ? f.average(value) : metricText(f, metric, value);
}

const TENFOLD = 9.995; // as a change; above, a percentage has four digits

// A change by a fraction: "+12,3%"; of more than tenfold the factor, "12,3×", which people can picture.
export function changeText(f: Formats, change: number): string {
  return change < TENFOLD ? f.signedPercent(change) : `${f.average(change + 1)}×`;
}

// A figure's change, '' where there is none; `points`: how percentage points are written.
export function kpiChange(f: Formats, { change, unit }: { change: number | null; unit: string }, points: string): string {
  if (change === null) return '';
  return unit === 'percentagePoints' ? `${f.signedPoints(change)} ${points}` : changeText(f, change);
}

// For the axis of a chart, where room is short.
export function metricShort(f: Formats, metric: Kind, value: number): string {
  if (metric === 'revenue' || metric === 'averageTicket') return f.moneyShort(value);
  return metric === 'conversion' ? f.percent(value, 1) : f.wholeShort(value);
}

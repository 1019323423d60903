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

// For the axis of a chart, where room is short.
export function metricShort(f: Formats, metric: Kind, value: number): string {
  if (metric === 'revenue' || metric === 'averageTicket') return f.moneyShort(value);
  return metric === 'conversion' ? f.percent(value, 1) : f.wholeShort(value);
}

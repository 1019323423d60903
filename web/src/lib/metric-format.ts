// A metric's value as text.
import type { Formats } from './format';

type Kind = 'revenue' | 'orders' | 'units' | 'averageTicket' | 'visits' | 'conversion';

export function metricText(f: Formats, metric: Kind, value: number | null): string {
  if (metric === 'revenue' || metric === 'averageTicket') return f.money(value);
  return metric === 'conversion' ? f.percent(value) : f.whole(value);
}

// For the axis of a chart, where room is short.
export function metricShort(f: Formats, metric: Kind, value: number): string {
  if (metric === 'revenue' || metric === 'averageTicket') return f.moneyShort(value);
  return metric === 'conversion' ? f.percent(value, 1) : f.wholeShort(value);
}

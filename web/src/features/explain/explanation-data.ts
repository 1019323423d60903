import type { Explanation } from '../../api/types';
import type { Messages } from '../../i18n/pt-BR';
import type { Formats } from '../../lib/format';

// Whether what is stored is what the orders say now.
export function agrees({ stored, expected, stale }: Explanation): boolean {
  if (stale) return false;
  if (stored === null) return expected.orders === 0 && expected.cancelledOrders === 0;
  return stored.revenue === expected.revenue && stored.orders === expected.orders && stored.units === expected.units && stored.visits === expected.visits;
}

// The row as it was, in words. It comes with money in minor units and may lack fields that did not exist then.
export function minorText(row: Record<string, unknown>, names: Messages['metric'], f: Formats, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const number = (...fields: string[]) => fields.map((field) => row[field]).find((value) => typeof value === 'number');
  const revenue = number('gmv_minor', 'gmvMinor', 'gmv', 'revenue');
  const orders = number('orders');
  const visits = number('visits');
  const parts: string[] = [];
  if (revenue !== undefined) parts.push(f.money(revenue / 10 ** digits));
  if (orders !== undefined) parts.push(`${f.whole(orders)} ${names.orders.toLowerCase()}`);
  if (visits !== undefined) parts.push(`${f.whole(visits)} ${names.visits.toLowerCase()}`);
  return parts.join(', ');
}

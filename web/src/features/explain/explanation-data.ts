import type { Explanation, Values } from '../../api/types';
import type { Messages } from '../../i18n/pt-BR';
import type { Formats } from '../../lib/format';

// Whether what is stored is what the orders say now.
export function agrees({ stored, expected, stale }: Explanation): boolean {
  if (stale) return false;
  if (stored === null) return expected.orders === 0 && expected.cancelledOrders === 0;
  return stored.revenue === expected.revenue && stored.orders === expected.orders && stored.units === expected.units && stored.visits === expected.visits;
}

// The row as it was, in words; without visits where they were unknown.
export function rowText(row: Values, names: Messages['metric'], f: Formats): string {
  const parts = [f.money(row.revenue), `${f.whole(row.orders)} ${names.orders.toLowerCase()}`];
  if (row.visits !== null) parts.push(`${f.whole(row.visits)} ${names.visits.toLowerCase()}`);
  return parts.join(', ');
}

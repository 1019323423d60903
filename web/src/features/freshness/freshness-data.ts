// What the three clocks mean to a person.
import type { FreshnessState, Overview } from '../../api/types';
import { addDays, type Day } from '../../lib/dates';

export type Reason = { kind: 'empty' } | { kind: 'behind'; through: Day } | { kind: 'staleDays'; days: number } | { kind: 'ordersLate'; at: string };

// Why the numbers aren't of now, the gravest first; nothing if they are.
export function reasons(freshness: FreshnessState, today: Day): Reason[] {
  const found: Reason[] = [];
  if (freshness.metricsThrough === null) return [{ kind: 'empty' }];
  if (freshness.state === 'fresh') return [];
  if (freshness.staleDays > 0) found.push({ kind: 'staleDays', days: freshness.staleDays });
  else if (freshness.metricsThrough < today) found.push({ kind: 'behind', through: freshness.metricsThrough });
  if (freshness.ordersThrough !== null && (found.length === 0 || (freshness.lagMinutes ?? 0) > (freshness.targetMinutes ?? Infinity))) {
    found.push({ kind: 'ordersLate', at: freshness.ordersThrough });
  }
  return found;
}

// What an overview knows: the clocks, but not how late is too late.
export function freshnessOf(tenantId: string, known: Overview['freshness']): FreshnessState {
  return { ...known, tenantId, state: known.fresh ? 'fresh' : 'late', reason: null, nextStep: null, lagMinutes: null, targetMinutes: null };
}

// "today" and "yesterday" have names; other days are dates.
export function nearDay(day: Day, today: Day): 'today' | 'yesterday' | null {
  if (day === today) return 'today';
  return day === addDays(today, -1) ? 'yesterday' : null;
}

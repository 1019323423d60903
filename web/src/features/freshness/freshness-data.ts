// What the three clocks mean to a person.
import type { FreshnessState, Overview } from '../../api/types';
import { addDays, dayIn, type Day } from '../../lib/dates';

export type Reason = { kind: 'empty' } | { kind: 'never' } | { kind: 'behind'; through: Day } | { kind: 'staleDays'; days: number } | { kind: 'waiting'; since: string } | { kind: 'orders'; through: string };

// No order of today is known: its numbers, and those of the days since, are not what was sold.
const ordersMissing = ({ ordersThrough, today }: FreshnessState, zone: string) => ordersThrough !== null && dayIn(zone, new Date(ordersThrough)) < today;

// All three clocks together: computed up to now says little where no orders came in.
export function trust(freshness: FreshnessState, zone: string): FreshnessState['state'] {
  if (freshness.metricsThrough === null || freshness.ordersThrough === null) return 'late';
  return freshness.state === 'fresh' && ordersMissing(freshness, zone) ? 'late' : freshness.state;
}

// Why the numbers aren't of now, the gravest first; nothing if they are.
export function reasons(freshness: FreshnessState, zone: string): Reason[] {
  if (freshness.ordersThrough === null) return [{ kind: 'empty' }];
  if (freshness.metricsThrough === null) return [{ kind: 'never' }];
  const found: Reason[] = [];
  if (ordersMissing(freshness, zone)) found.push({ kind: 'orders', through: freshness.ordersThrough });
  if (freshness.state === 'fresh') return found;
  if (freshness.staleDays > 0) found.push({ kind: 'staleDays', days: freshness.staleDays });
  else found.push({ kind: 'behind', through: freshness.metricsThrough });
  if (freshness.state === 'stale' && freshness.behindSince !== null) found.push({ kind: 'waiting', since: freshness.behindSince });
  return found;
}

// What an overview knows: the clocks, but not how late is too late.
export function freshnessOf(tenantId: string, known: Overview['freshness']): FreshnessState {
  return { ...known, tenantId, state: known.fresh ? 'fresh' : 'late', reason: null, nextStep: null, behindSince: null };
}

// What is on the screen, `at` when it was received (0: nothing was), and whether the server failed when asked again.
export interface Received {
  at: number;
  failed: boolean;
}

// Of when the numbers are, if the server doesn't confirm them any more; null while it does.
export function unconfirmed(numbers: Received | undefined, freshness: Received, away: boolean): number | null {
  const shown = [numbers, freshness].filter((each) => each !== undefined && each.at > 0);
  if (shown.length === 0 || !(away || shown.some((each) => each?.failed))) return null;
  return numbers !== undefined && numbers.at > 0 ? numbers.at : freshness.at;
}

// "today" and "yesterday" have names; other days are dates.
export function nearDay(day: Day, today: Day): 'today' | 'yesterday' | null {
  if (day === today) return 'today';
  return day === addDays(today, -1) ? 'yesterday' : null;
}

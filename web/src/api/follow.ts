// One revision on all of the screen: as soon as an answer is of another one than the answers before it, those are asked
// for again. So no number stays behind the others, nor behind the word about how fresh they are.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { FreshnessState } from './types';

const WITH_REVISION = ['overview', 'listings', 'listing'];
const WITHOUT = ['freshness', 'explain'];

const tenantOf = (key: QueryKey) => (key[0] === 'tenant' && typeof key[1] === 'string' ? key[1] : null);
const isOneOf = (kinds: string[], key: QueryKey) => kinds.some((kind) => kind === key[2]);

function revisionOf(key: QueryKey, data: unknown): number | null {
  if (!isOneOf(WITH_REVISION, key) || typeof data !== 'object' || data === null || !('revision' in data)) return null;
  return typeof data.revision === 'number' ? data.revision : null;
}

// What changes with the facts and the days computed, and not with the minutes that pass.
function clocksOf(freshness: FreshnessState | null): string {
  return freshness === null ? '' : [freshness.ordersThrough, freshness.visitsThrough, freshness.metricsThrough, freshness.maxDate, freshness.staleDays, freshness.today].join();
}

// Begins to watch every answer; returns what ends it.
export function followRevision(client: QueryClient): () => void {
  const revisions = new Map<string, number>();
  const clocks = new Map<string, string>();

  const renew = (tenant: string, isOld: (key: QueryKey, data: unknown) => boolean) => {
    const predicate = ({ queryKey, state }: { queryKey: QueryKey; state: { data: unknown } }) => tenantOf(queryKey) === tenant && state.data !== undefined && isOld(queryKey, state.data);
    // What nobody looks at is forgotten: who comes back to it sees no old number first.
    client.removeQueries({ predicate: (query) => query.getObserversCount() === 0 && predicate(query) });
    void client.invalidateQueries({ predicate }, { cancelRefetch: false });
  };

  return client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const { state } = event.query;
    const queryKey = event.query.queryKey as QueryKey;
    const tenant = tenantOf(queryKey);
    if (tenant === null) return;
    const revision = revisionOf(queryKey, state.data);
    if (revision !== null) {
      const before = revisions.get(tenant);
      revisions.set(tenant, revision);
      if (before === undefined || before === revision) return;
      renew(tenant, (key, data) => isOneOf(WITHOUT, key) || (isOneOf(WITH_REVISION, key) && revisionOf(key, data) !== revision));
    } else if (queryKey[2] === 'freshness') {
      const now = clocksOf(state.data as FreshnessState | null);
      const before = clocks.get(tenant);
      clocks.set(tenant, now);
      if (before !== undefined && before !== now) renew(tenant, (key) => isOneOf(WITH_REVISION, key));
    }
  });
}

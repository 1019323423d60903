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

// Where orders come in all the time each answer is of another revision: then the screen is renewed so often, and no more.
export const REST_MS = 5_000;

// One tenant's answers: the newest revision, and when all was asked for again.
interface Watched {
  revision?: number;
  clocks?: string;
  // What is old although its revision is not: the freshness moved on.
  isAllOld: boolean;
  renewedAt: number;
  later?: ReturnType<typeof setTimeout> | undefined;
}

// Begins to watch every answer; returns what ends it.
export function followRevision(client: QueryClient): () => void {
  const tenants = new Map<string, Watched>();

  const renew = (tenant: string, watched: Watched) => {
    const { isAllOld, revision } = watched;
    watched.later = undefined;
    watched.isAllOld = false;
    watched.renewedAt = Date.now();
    const isOld = (key: QueryKey, data: unknown) => (isOneOf(WITH_REVISION, key) ? isAllOld || revisionOf(key, data) !== revision : !isAllOld && isOneOf(WITHOUT, key));
    const predicate = ({ queryKey, state }: { queryKey: QueryKey; state: { data: unknown } }) => tenantOf(queryKey) === tenant && state.data !== undefined && isOld(queryKey, state.data);
    // What nobody looks at is forgotten: who comes back to it sees no old number first.
    client.removeQueries({ predicate: (query) => query.getObserversCount() === 0 && predicate(query) });
    void client.invalidateQueries({ predicate }, { cancelRefetch: false });
  };

  const renewSoon = (tenant: string, watched: Watched) => {
    if (watched.later !== undefined) return;
    const wait = watched.renewedAt + REST_MS - Date.now();
    if (wait <= 0) renew(tenant, watched);
    else watched.later = setTimeout(() => renew(tenant, watched), wait);
  };

  const end = client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const { state } = event.query;
    const queryKey = event.query.queryKey as QueryKey;
    const tenant = tenantOf(queryKey);
    if (tenant === null) return;
    const watched = tenants.get(tenant) ?? { isAllOld: false, renewedAt: -Infinity };
    tenants.set(tenant, watched);
    const revision = revisionOf(queryKey, state.data);
    if (revision !== null) {
      const before = watched.revision;
      watched.revision = revision;
      if (before !== undefined && before !== revision) renewSoon(tenant, watched);
    } else if (queryKey[2] === 'freshness') {
      const before = watched.clocks;
      watched.clocks = clocksOf(state.data as FreshnessState | null);
      if (before === undefined || before === watched.clocks) return;
      watched.isAllOld = true;
      renewSoon(tenant, watched);
    }
  });
  return () => {
    end();
    for (const { later } of tenants.values()) clearTimeout(later);
  };
}

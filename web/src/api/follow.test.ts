import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { followRevision, REST_MS } from './follow';

// A client whose every query gets what `told` says by then, and how often each was asked.
function watched(told: Record<string, unknown>) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const asked: Record<string, number> = {};
  followRevision(client);
  const observe = (tenant: string, kind: string) => {
    const name = `${tenant} ${kind}`;
    const queryFn = () => {
      asked[name] = (asked[name] ?? 0) + 1;
      return told[name];
    };
    return new QueryObserver(client, { queryKey: ['tenant', tenant, kind], queryFn }).subscribe(() => undefined);
  };
  const ask = (tenant: string, kind: string) => client.refetchQueries({ queryKey: ['tenant', tenant, kind] });
  return { client, asked, observe, ask };
}

const settle = () => vi.waitFor(() => new Promise((resolve) => setTimeout(resolve, 5)));

describe('answers of another revision', () => {
  it('make all others of that tenant be asked again, once', async () => {
    const told: Record<string, unknown> = { 'a overview': { revision: 1 }, 'a listings': { revision: 1 }, 'a freshness': { staleDays: 0 }, 'a jobs': {}, 'b listings': { revision: 7 } };
    const { asked, observe, ask } = watched(told);
    for (const kind of ['overview', 'listings', 'freshness', 'jobs']) observe('a', kind);
    observe('b', 'listings');
    await settle();
    expect(asked).toEqual({ 'a overview': 1, 'a listings': 1, 'a freshness': 1, 'a jobs': 1, 'b listings': 1 });
    told['a overview'] = { revision: 2 };
    told['a listings'] = { revision: 2 };
    await ask('a', 'overview');
    await settle();
    expect(asked).toEqual({ 'a overview': 2, 'a listings': 2, 'a freshness': 2, 'a jobs': 1, 'b listings': 1 });
  });

  it('settle, also if the server goes back to an earlier one', async () => {
    const told: Record<string, unknown> = { 'a overview': { revision: 9 }, 'a listing': { revision: 9 } };
    const { asked, observe, ask } = watched(told);
    observe('a', 'overview');
    observe('a', 'listing');
    await settle();
    told['a overview'] = told['a listing'] = { revision: 3 };
    await ask('a', 'listing');
    await settle();
    expect(asked).toEqual({ 'a overview': 2, 'a listing': 2 });
  });

  it('are expected where the freshness moved on, though not by the minutes alone', async () => {
    const told: Record<string, unknown> = { 'a listings': { revision: 1 }, 'a freshness': { staleDays: 0, lagMinutes: 1 } };
    const { asked, observe, ask } = watched(told);
    observe('a', 'listings');
    observe('a', 'freshness');
    await settle();
    told['a freshness'] = { staleDays: 0, lagMinutes: 2 };
    await ask('a', 'freshness');
    await settle();
    expect(asked['a listings']).toBe(1);
    told['a freshness'] = { staleDays: 1, lagMinutes: 2 };
    await ask('a', 'freshness');
    await settle();
    expect(asked['a listings']).toBe(2);
  });

  it('come without end where facts do: then there is a rest between two rounds', async () => {
    vi.useFakeTimers();
    try {
      let revision = 0;
      const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
      const end = followRevision(client);
      let asked = 0;
      const queryFn = async () => {
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { revision: (revision += 1) };
      };
      for (const kind of ['overview', 'listings']) new QueryObserver(client, { queryKey: ['tenant', 'a', kind], queryFn }).subscribe(() => undefined);
      await vi.advanceTimersByTimeAsync(10 * REST_MS);
      expect(asked).toBeGreaterThan(10);
      expect(asked).toBeLessThan(30);
      end();
      await vi.advanceTimersByTimeAsync(REST_MS);
      const before = asked;
      await vi.advanceTimersByTimeAsync(10 * REST_MS);
      expect(asked).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });

  it('make what nobody looks at be forgotten', async () => {
    const told: Record<string, unknown> = { 'a overview': { revision: 1 }, 'a listings': { revision: 1 } };
    const { client, observe, ask } = watched(told);
    observe('a', 'overview');
    const leave = observe('a', 'listings');
    await settle();
    leave();
    told['a overview'] = { revision: 2 };
    await ask('a', 'overview');
    expect(client.getQueryData(['tenant', 'a', 'listings'])).toBeUndefined();
  });
});

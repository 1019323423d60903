import { describe, expect, it } from 'vitest';
import type { FreshnessState } from '../../api/types';
import { nearDay, reasons, trust } from './freshness-data';

const ZONE = 'America/Sao_Paulo';
const TODAY = '2026-11-23';
const fresh: FreshnessState = {
  tenantId: 't',
  fresh: true,
  state: 'fresh',
  reason: null,
  nextStep: null,
  metricsThrough: TODAY,
  ordersThrough: '2026-11-23T12:00:00Z',
  visitsThrough: '2026-11-22',
  staleDays: 0,
  maxDate: TODAY,
  today: TODAY,
  behindSince: null,
};

describe('why the numbers are not of now', () => {
  it('has nothing to say if they are', () => {
    expect(reasons(fresh, ZONE)).toEqual([]);
  });
  it('names stale days, the day computed up to, and since when, once it is too long', () => {
    expect(reasons({ ...fresh, state: 'late', staleDays: 2 }, ZONE)).toEqual([{ kind: 'staleDays', days: 2 }]);
    expect(reasons({ ...fresh, state: 'stale', metricsThrough: '2026-11-20' }, ZONE)).toEqual([{ kind: 'behind', through: '2026-11-20' }]);
    const since = '2026-11-23T09:00:00Z';
    expect(reasons({ ...fresh, state: 'late', staleDays: 1, behindSince: since }, ZONE)).toHaveLength(1);
    expect(reasons({ ...fresh, state: 'stale', staleDays: 1, behindSince: since }, ZONE)).toEqual([{ kind: 'staleDays', days: 1 }, { kind: 'waiting', since }]);
  });
  it('says when no order of today is known, however well yesterday is computed', () => {
    const yesterday = { ...fresh, ordersThrough: '2026-11-23T02:59:59Z' }; // in São Paulo the 22nd
    expect(reasons(yesterday, ZONE)).toEqual([{ kind: 'orders', through: yesterday.ordersThrough }]);
    expect([trust(yesterday, ZONE), trust({ ...yesterday, state: 'stale' }, ZONE), trust(fresh, ZONE)]).toEqual(['late', 'stale', 'fresh']);
    expect(reasons(yesterday, 'UTC')).toEqual([]);
  });
  it('is never silent about a state that is not fresh', () => {
    expect(reasons({ ...fresh, state: 'late' }, ZONE)).not.toEqual([]);
  });
  it('knows an empty store', () => {
    expect(reasons({ ...fresh, state: 'stale', metricsThrough: null, ordersThrough: null }, ZONE)).toEqual([{ kind: 'empty' }]);
    const computed = { ...fresh, ordersThrough: null }; // nothing, but up to today
    expect([reasons(computed, ZONE), trust(computed, ZONE)]).toEqual([[{ kind: 'empty' }], 'late']);
  });
  it('knows a store with orders that was never computed', () => {
    expect(reasons({ ...fresh, state: 'late', metricsThrough: null }, ZONE)).toEqual([{ kind: 'never' }]);
  });
  it('has names for near days', () => {
    expect([nearDay(TODAY, TODAY), nearDay('2026-11-22', TODAY), nearDay('2026-11-21', TODAY)]).toEqual(['today', 'yesterday', null]);
  });
});

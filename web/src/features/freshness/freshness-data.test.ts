import { describe, expect, it } from 'vitest';
import type { FreshnessState } from '../../api/types';
import { nearDay, reasons, trust, unconfirmed } from './freshness-data';

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

describe('numbers that the server does not confirm', () => {
  const good = { at: 2_000, failed: false };
  it('are those of when they came', () => {
    expect(unconfirmed(good, { at: 1_000, failed: false }, false)).toBeNull();
    expect(unconfirmed({ ...good, failed: true }, { at: 1_000, failed: false }, false)).toBe(2_000);
    expect(unconfirmed(good, { at: 1_000, failed: true }, false)).toBe(2_000);
    expect(unconfirmed(good, { at: 1_000, failed: false }, true)).toBe(2_000);
    expect(unconfirmed(undefined, { at: 1_000, failed: true }, false)).toBe(1_000);
  });
  it('are not there before the first answer', () => {
    expect(unconfirmed({ at: 0, failed: true }, { at: 0, failed: true }, true)).toBeNull();
  });
});

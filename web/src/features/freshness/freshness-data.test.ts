import { describe, expect, it } from 'vitest';
import type { FreshnessState } from '../../api/types';
import { nearDay, reasons } from './freshness-data';

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
  lagMinutes: 5,
  targetMinutes: 60,
};

describe('why the numbers are not of now', () => {
  it('has nothing to say if they are', () => {
    expect(reasons(fresh, TODAY)).toEqual([]);
  });
  it('names stale days, the day computed up to, the orders', () => {
    expect(reasons({ ...fresh, state: 'late', staleDays: 2 }, TODAY)).toEqual([{ kind: 'staleDays', days: 2 }]);
    expect(reasons({ ...fresh, state: 'stale', metricsThrough: '2026-11-20' }, TODAY)).toEqual([{ kind: 'behind', through: '2026-11-20' }]);
    expect(reasons({ ...fresh, state: 'late', lagMinutes: 500 }, TODAY)).toEqual([{ kind: 'ordersLate', at: fresh.ordersThrough }]);
    expect(reasons({ ...fresh, state: 'stale', staleDays: 1, lagMinutes: 500 }, TODAY)).toHaveLength(2);
  });
  it('is never silent about a state that is not fresh', () => {
    expect(reasons({ ...fresh, state: 'late' }, TODAY)).not.toEqual([]);
  });
  it('knows an empty store', () => {
    expect(reasons({ ...fresh, state: 'stale', metricsThrough: null, ordersThrough: null }, TODAY)).toEqual([{ kind: 'empty' }]);
  });
  it('has names for near days', () => {
    expect([nearDay(TODAY, TODAY), nearDay('2026-11-22', TODAY), nearDay('2026-11-21', TODAY)]).toEqual(['today', 'yesterday', null]);
  });
});

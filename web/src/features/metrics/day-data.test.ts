import { describe, expect, it } from 'vitest';
import type { ListingPage, ListingRow, Overview } from '../../api/types';
import { dayList, dayQuestion } from './day-data';

const row = (id: string, some: Partial<ListingRow> = {}) => ({ id, revenue: 10.1, orders: 1, units: 1, averageTicket: 10.1, visits: 5, conversion: 0.2, ...some }) as ListingRow;
const page = (listings: ListingRow[], total: number, revision = 1) => ({ listings, total, revision }) as ListingPage;
const ranked = { id: 'x', externalId: 'x', title: 'x', revenue: 0, orders: 1, units: 1, share: null };

// Five sold, of seven whose visits are known; one order holds two of them.
const day = {
  revision: 1,
  currency: 'BRL',
  totalOrders: 4,
  topListings: [ranked, ranked],
  otherListings: { count: 3, revenue: 0, orders: 3, units: 3, share: null },
  salesSeries: [{ date: '2026-01-01', revenue: 50.5, orders: 4, units: 5, averageTicket: 12.63, visits: 40, conversion: 0.1, knownListings: 7 }],
} as unknown as Overview;

describe('the listings of a day', () => {
  it('are in the order of the figure that was asked about', () => {
    expect(dayQuestion('2026-01-01', 'visits', 'shopee')).toMatchObject({ sort: '-visits', marketplace: 'shopee', query: { from: '2026-01-01', to: '2026-01-01' } });
    expect(dayQuestion('2026-01-01', 'averageTicket', null).sort).toBe('-revenue');
  });

  it('and the others add up to it', () => {
    const two = page([row('a'), row('b')], 90);
    expect(dayList(day, two, 'revenue')).toMatchObject({ rest: { count: 3, value: 30.3 }, overlap: false });
    expect(dayList(day, two, 'units').rest).toEqual({ count: 3, value: 3 });
    expect(dayList(day, two, 'orders')).toMatchObject({ rest: { count: 3, value: 3 }, overlap: true });
    expect(dayList(day, two, 'visits').rest).toEqual({ count: 5, value: 30 });
    expect(dayList(day, two, 'averageTicket').rest).toEqual({ count: 3, value: null });
  });

  it('end where the figure has no part of them any more', () => {
    const found = dayList(day, page([row('a'), row('b', { revenue: 0, orders: 0, visits: 9 })], 90), 'revenue');
    expect([found.rows.map(({ id }) => id), found.rest]).toEqual([['a'], null]);
    // For visits also who sold nothing; not who was not looked at.
    const visits = dayList(day, page([row('b', { orders: 0, visits: 9 }), row('c', { visits: 0 }), row('d', { visits: null })], 90), 'visits');
    expect(visits.rows.map(({ id }) => id)).toEqual(['b']);
  });

  it('of another revision than the day say nothing of the others', () => {
    expect(dayList(day, page([row('a')], 90, 2), 'revenue').rest).toBeNull();
  });
});

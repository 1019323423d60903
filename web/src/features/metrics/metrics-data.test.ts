import { describe, expect, it } from 'vitest';
import type { Overview } from '../../api/types';
import { addsUp, cancelledOf, compared, comparedPart, drawnValue, gapOf, isTail, ordersOverlap, pace, perDay, previousValue, ranking, rankingRows, seriesRows, spanOf, windowGap, type ShownDay } from './metrics-data';

const ZONE = 'America/Sao_Paulo';

const day = (date: string, some: Partial<ShownDay> = {}): ShownDay => ({
  date,
  revenue: 100,
  orders: 2,
  units: 3,
  averageTicket: 50,
  visits: 80,
  visitsReason: null,
  knownListings: 4,
  liveListings: 5,
  conversion: 0.025,
  cancelledOrders: 0,
  cancelledRevenue: 0,
  partial: false,
  received: true,
  state: 'computed',
  ...some,
});

const before = (date: string, some: Partial<Overview['previousSeries'][number]> = {}) => ({ date, revenue: 7, orders: 1, units: 1, averageTicket: 7, visits: null, conversion: null, state: 'computed' as const, ...some });

const listing = (id: string, revenue: number) => ({ id, externalId: id, marketplace: 'shopee', title: `Title ${id}`, revenue, orders: 1, units: 1, share: revenue / 100 });

function overview(series: ShownDay[], some: Partial<Overview> = {}): Overview {
  const sum = (pick: (row: ShownDay) => number) => series.reduce((total, row) => total + pick(row), 0);
  const kpi = (value: number | null) => ({ value, previous: null, change: null, unit: 'fraction' as const });
  return {
    salesSeries: series,
    previousSeries: [],
    periodDays: series.length,
    totalRevenue: sum((row) => row.revenue),
    totalOrders: sum((row) => row.orders),
    totalUnits: sum((row) => row.units),
    topListings: [],
    bottomListings: [],
    otherListings: { count: 0, revenue: 0, orders: 0, units: 0, share: null },
    others: { count: 0, revenue: 0, orders: 0, units: 0, share: null },
    kpis: { revenue: kpi(sum((row) => row.revenue)), orders: kpi(0), units: kpi(0), averageTicket: kpi(null), visits: kpi(sum((row) => row.visits ?? 0)), conversion: kpi(null) },
    currency: 'BRL',
    revision: 1,
    freshness: { ordersThrough: '2026-12-31T12:00:00Z' },
    ...some,
  } as Overview;
}

const span = (series: ShownDay[], some: Partial<Overview> = {}) => spanOf(overview(series, some), ZONE);

describe('a day', () => {
  it('without data is drawn as nothing, whatever zeros it came with', () => {
    expect(drawnValue(day('2026-01-01', { state: 'noData', revenue: 0 }), 'revenue')).toBeNull();
    expect(drawnValue(day('2026-01-01', { revenue: 0 }), 'revenue')).toBe(0);
  });

  it('says why it has no value', () => {
    expect(gapOf(day('2026-01-01', { visits: null, conversion: null }), 'visits')).toBe('unknownVisits');
    expect(gapOf(day('2026-01-01', { visits: null, conversion: null }), 'conversion')).toBe('unknownVisits');
    expect(gapOf(day('2026-01-01', { visits: 0, conversion: null }), 'conversion')).toBe('noVisits');
    expect(gapOf(day('2026-01-01', { orders: 0, averageTicket: null }), 'averageTicket')).toBe('noOrders');
    expect(gapOf(day('2026-01-01', { visits: 0 }), 'visits')).toBeNull();
    expect(gapOf(day('2026-01-01', { state: 'noData' }), 'revenue')).toBe('noData');
  });

  it('of the previous period may be missing', () => {
    expect(previousValue({ ...day('2026-01-01'), visits: null }, 'visits')).toBeNull();
    expect(previousValue(before('2026-01-01', { state: 'noData', revenue: 0 }), 'revenue')).toBeNull();
    expect(previousValue(day('2026-01-01'), 'averageTicket')).toBe(50);
    expect(previousValue(undefined, 'revenue')).toBeNull();
  });
});

describe('a day whose orders were not received', () => {
  const through = { freshness: { ordersThrough: '2026-01-02T02:30:00Z' } } as Partial<Overview>; // the 1st in São Paulo
  const [first, second] = spanOf(overview([day('2026-01-01', { orders: 0, revenue: 0 }), day('2026-01-02', { orders: 0, revenue: 0 })], through), ZONE).series;
  it('has no zero of its own', () => {
    if (!first || !second) throw new Error('two days');
    expect([drawnValue(first, 'revenue'), drawnValue(second, 'revenue')]).toEqual([0, null]);
    expect([gapOf(first, 'revenue'), gapOf(second, 'orders'), gapOf(second, 'visits')]).toEqual([null, 'notReceived', null]);
  });
  it('nor has one whose orders were received and not counted', () => {
    if (!first) throw new Error('a day');
    const waiting = { ...first, state: 'notComputed' as const };
    expect([gapOf(waiting, 'revenue'), gapOf(waiting, 'conversion'), gapOf(waiting, 'visits')]).toEqual(['notComputed', 'notComputed', null]);
    expect([cancelledOf(waiting), cancelledOf(first)]).toEqual([null, { orders: 0, revenue: 0 }]);
    // The old number of a day that waits is a number.
    expect(gapOf({ ...waiting, state: 'stale' }, 'revenue')).toBeNull();
  });
});

describe('a figure', () => {
  it('is the sum of its days, unless it is a rate', () => {
    const days = [day('2026-01-01', { visits: null, conversion: null }), day('2026-01-02', { revenue: 0.1 }), day('2026-01-03', { revenue: 0.2 })];
    expect(addsUp(span(days), 'revenue')).toBe(true);
    expect(addsUp(span(days), 'visits')).toBe(true);
    expect(addsUp(span(days, { kpis: { ...overview(days).kpis, revenue: { value: 100.31, previous: null, change: null, unit: 'fraction' } } }), 'revenue')).toBe(false);
    expect(addsUp(span(days), 'conversion')).toBeNull();
    // A difference of the smallest unit of any currency is one: 0.001 dinar.
    expect(addsUp(span(days, { kpis: { ...overview(days).kpis, revenue: { value: 100.301, previous: null, change: null, unit: 'fraction' } } }), 'revenue')).toBe(false);
  });

  it('says what its change is about, where that is only a part of it', () => {
    const kpi = { value: 0.27, previous: 0.2, change: -0.02, unit: 'percentagePoints' as const };
    expect([comparedPart(kpi), comparedPart({ ...kpi, compared: 0.18 }), comparedPart({ ...kpi, compared: 0.27 })]).toEqual([null, 0.18, null]);
    expect(comparedPart({ ...kpi, compared: 0.18, previous: null, change: null })).toBeNull();
  });

  const comparison = { from: '2025-12-31', to: '2025-12-31', basis: 'wholeDays' as const, cutAt: null, days: 1, knownDays: 1, visits: { basis: 'completeDays' as const, from: null, to: null, days: 0, knownDays: 0 } };
  const zeros = { revenue: 0, orders: 0, units: 0, visits: null };
  it('is no zero where no day has numbers, and then nothing is checked and nothing changed', () => {
    for (const state of ['noData', 'notComputed'] as const) {
      const kpis = { ...overview([]).kpis, revenue: { value: 0, previous: 50, change: -1, unit: 'fraction' as const } };
      const empty = span([day('2026-01-01', { ...zeros, state })], { comparison, kpis });
      expect(compared(empty, 'revenue').kpi).toMatchObject({ value: null, previous: 50, change: null });
      expect([addsUp(empty, 'revenue'), windowGap(empty, 'revenue')]).toEqual([null, state]);
    }
    const known = span([day('2026-01-01', { ...zeros, state: 'noData' }), day('2026-01-02', zeros)], { comparison });
    expect([compared(known, 'revenue').kpi.value, addsUp(known, 'revenue'), windowGap(known, 'revenue')]).toEqual([0, true, null]);
  });
  it('that is unknown says what its last days lack', () => {
    const days = [day('2026-01-01', { ...zeros, state: 'noData' }), day('2026-01-02', { ...zeros, received: false })];
    const through = { freshness: { ordersThrough: '2026-01-01T12:00:00Z' } } as Partial<Overview>;
    expect(windowGap(spanOf(overview(days, through), ZONE), 'orders')).toBe('notReceived');
  });
});

describe('what a figure is compared with', () => {
  const of = (knownDays: number, days: number) => {
    const visits = { basis: 'completeDays' as const, from: null, to: null, days, knownDays };
    return span([day('2026-01-03')], { comparison: { from: '2026-01-01', to: '2026-01-02', basis: 'wholeDays', cutAt: null, days, knownDays, visits } });
  };
  it('is the period before, if all of it is known', () => {
    expect(compared(of(2, 2), 'orders').days).toBeNull();
  });
  it('is no sum of fewer days, and says of how many', () => {
    expect(compared(of(2, 3), 'orders').days).toEqual({ known: 2, all: 3 });
    expect(compared(of(1, 2), 'conversion').days).toEqual({ known: 1, all: 2 });
    expect(compared(of(1, 2), 'averageTicket').days).toBeNull();
  });
  it('is nothing before the first data', () => {
    expect(compared(of(0, 2), 'orders').days).toBeNull();
  });
});

describe('the ranking', () => {
  const whole = overview([day('2026-01-01')], {
    topListings: [listing('a', 60), listing('b', 25)],
    bottomListings: [listing('d', 1), listing('c', 4)],
    otherListings: { count: 3, revenue: 15, orders: 4, units: 4, share: 0.15 },
    others: { count: 1, revenue: 10, orders: 2, units: 2, share: 0.1 },
  });

  it('of few is the same list from both ends', () => {
    const few = overview([], { topListings: [listing('a', 60), listing('b', 40)] });
    expect(ranking(few, 'bottom').rows.map((row) => row.id)).toEqual(['b', 'a']);
    expect(few.topListings.map((row) => row.id)).toEqual(['a', 'b']);
  });

  it('adds up to the total from both ends', () => {
    for (const which of ['top', 'bottom'] as const) {
      const { rows, rest } = ranking(whole, which);
      expect(rows.reduce((sum, row) => sum + row.revenue, rest.revenue)).toBe(100);
      expect(rows.length + rest.count).toBe(5);
      expect(rows.reduce((sum, row) => sum + row.orders, rest.orders)).toBe(6);
    }
  });

  it('knows when orders hold several listings', () => {
    expect(ordersOverlap(ranking(whole, 'top'), 6)).toBe(false);
    expect(ordersOverlap(ranking(whole, 'bottom'), 5)).toBe(true);
  });

  it('goes into the file as it is on the screen', () => {
    expect(rankingRows(ranking(whole, 'top'), 'Outros 3')).toEqual([
      ['a', 'Title a', 60, 1, 1, 0.6],
      ['b', 'Title b', 25, 1, 1, 0.25],
      [null, 'Outros 3', 15, 4, 4, 0.15],
    ]);
    const [first, , rest] = rankingRows(ranking(whole, 'top'), 'Outros 3', (name) => name.toUpperCase());
    expect([first?.slice(0, 3), rest?.slice(0, 3)]).toEqual([['a', 'Title a', 'SHOPEE'], [null, 'Outros 3', null]]);
  });

  it('rounds the others to what the currency has, and their share to six digits', () => {
    const odd = { ...whole, totalRevenue: 300, others: { count: 1, revenue: 0.3333, orders: 1, units: 1, share: 0 } };
    expect(ranking({ ...odd, currency: 'KWD' }, 'bottom').rest).toMatchObject({ revenue: 85.333, share: 0.284443 });
    expect(ranking({ ...odd, currency: 'JPY' }, 'bottom').rest).toMatchObject({ revenue: 85, share: 0.283333 });
  });
});

describe('7 and 30 days', () => {
  const month = overview(['2026-01-01', '2026-01-02', '2026-01-03'].map((date) => day(date)));
  it('agree if one is the tail of the other', () => {
    expect(isTail(overview([day('2026-01-02'), day('2026-01-03')]), month)).toBe(true);
  });
  it('can not be compared when a day began in between', () => {
    expect(isTail(overview([day('2026-01-03'), day('2026-01-04')]), month)).toBeNull();
  });
  it('disagree over a day, a value or the sum', () => {
    expect(isTail(overview([day('2026-01-02'), day('2026-01-03', { orders: 3 })]), month)).toBe(false);
    expect(isTail(overview([day('2026-01-01'), day('2026-01-03')]), month)).toBe(false);
    expect(isTail(overview([day('2026-01-03')], { totalRevenue: 101 }), month)).toBe(false);
    expect(isTail(overview([day('2026-01-03', { visits: null })]), month)).toBe(false);
  });
  it('are not compared across a change of the facts', () => {
    expect(isTail(overview([day('2026-01-03', { orders: 9 })], { revision: 2 }), month)).toBeNull();
  });
  it('average visits over the days on which they are known', () => {
    expect(perDay(span([day('2026-01-01', { visits: 30 }), day('2026-01-02', { visits: null })]), 'visits')).toBe(30);
    expect(perDay(span([day('2026-01-01'), day('2026-01-02')]), 'revenue')).toBe(100);
  });
  it('average over days that are over and that the shop knows', () => {
    const days = [day('2026-01-01', { state: 'noData', revenue: 0 }), day('2026-01-02'), day('2026-01-03', { revenue: 50 }), day('2026-01-04', { revenue: 3, partial: true })];
    expect(perDay(span(days), 'revenue')).toBe(75);
    expect(perDay(span([day('2026-01-04', { partial: true })]), 'orders')).toBeNull();
  });
});

describe('the pace of the week', () => {
  it('of a rate is in percentage points', () => {
    expect(pace('conversion', 0.0309, 0.03)).toMatchObject({ unit: 'percentagePoints', change: expect.closeTo(0.09, 10) as number });
    expect(pace('conversion', 0.02, 0)).toMatchObject({ change: 2 });
  });
  it('of everything else is a fraction of the month', () => {
    expect(pace('revenue', 110, 100)).toMatchObject({ unit: 'fraction', change: expect.closeTo(0.1, 10) as number });
  });
  it('has no base without one', () => {
    for (const [week, month] of [[null, 1], [1, null], [1, 0]] as const) expect(pace('visits', week, month).change).toBeNull();
    expect(pace('conversion', null, 0.02).change).toBeNull();
  });
});

describe('the table of the series', () => {
  it('leaves unknown cells empty and puts the previous period beside', () => {
    const [row] = seriesRows(spanOf(overview([day('2026-01-01', { visits: null, conversion: null })], { previousSeries: [before('2025-12-31')] }), ZONE), () => 'so far');
    expect(row).toEqual(['2026-01-01', 100, 2, 3, 50, null, null, 0, 0, 'so far', '2025-12-31', 7, 1, 1, 7, null, null]);
    const [none] = seriesRows(spanOf(overview([day('2026-01-01', { state: 'noData' })]), ZONE), () => '');
    expect(none?.slice(1, 9).every((cell) => cell === null)).toBe(true);
  });
  it('has the newest day first', () => {
    expect(seriesRows(span([day('2026-01-01'), day('2026-01-02')]), () => '').map(([date]) => date)).toEqual(['2026-01-02', '2026-01-01']);
  });
});

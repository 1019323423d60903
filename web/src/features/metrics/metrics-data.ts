// The overview's answer, shaped for the screen. No component computes a number of its own.
import { METRICS, type Kpi, type Metric, type Others, type Overview, type PreviousDay, type RankedListing, type SeriesDay, type Span } from '../../api/types';
import type { Cell } from '../../lib/csv';

export function isMetric(text: string | null): text is Metric {
  return METRICS.some((metric) => metric === text);
}

export function previousValue(day: PreviousDay | undefined, metric: Metric): number | null {
  if (!day) return null;
  return day[metric];
}

// A day that has no value for the metric: because it can't have one (no orders), or because nobody knows.
export type Gap = 'noData' | 'unknownVisits' | 'noOrders';

export function gapOf(day: SeriesDay, metric: Metric): Gap | null {
  if (day.state === 'noData') return 'noData';
  if (day[metric] !== null) return null;
  return metric === 'averageTicket' || (metric === 'conversion' && day.visits !== null) ? 'noOrders' : 'unknownVisits';
}

// What the chart draws: nothing for a day without data, whatever zeros it came with.
export function drawnValue(day: SeriesDay, metric: Metric): number | null {
  return day.state === 'noData' ? null : day[metric];
}

export interface Ranking {
  rows: RankedListing[];
  rest: Others;
}

// The best or the worst sellers, and all others as one line, so that the column adds up to the total.
export function ranking(overview: Overview, which: 'top' | 'bottom'): Ranking {
  const { topListings, bottomListings, others } = overview;
  if (which === 'top') return { rows: topListings, rest: overview.otherListings };
  // So few sold that all of them are at the top: the same ones, the other way round.
  if (bottomListings.length === 0) return { rows: [...topListings].reverse(), rest: others };
  const sum = (pick: (row: RankedListing | Others) => number) => [...topListings, others].reduce((total, row) => total + pick(row), 0);
  const revenue = Math.round(sum((row) => row.revenue) * 100) / 100;
  return {
    rows: bottomListings,
    rest: {
      count: topListings.length + others.count,
      revenue,
      orders: sum((row) => row.orders),
      units: sum((row) => row.units),
      share: overview.totalRevenue > 0 ? revenue / overview.totalRevenue : null,
    },
  };
}

// Whether the shorter window is the tail of the longer one, day by day and in sum.
export function isTail(short: Overview, long: Overview): boolean {
  if (short.revision !== long.revision) return true; // facts came in between the two answers: nothing to compare
  const tail = long.salesSeries.slice(-short.salesSeries.length);
  const same = short.salesSeries.every((day, place) => {
    const other = tail[place];
    return other?.date === day.date && other.revenue === day.revenue && other.orders === day.orders && other.units === day.units && other.visits === day.visits;
  });
  const revenue = tail.reduce((sum, day) => sum + day.revenue, 0);
  return same && Math.abs(revenue - short.totalRevenue) < 0.005;
}

export function perDay(overview: Overview, metric: 'revenue' | 'orders' | 'units' | 'visits'): number | null {
  const value = overview.kpis[metric].value;
  const days = metric === 'visits' ? overview.salesSeries.filter((day) => day.visits !== null).length : overview.periodDays;
  return value === null || days === 0 ? null : value / days;
}

// The week against the month, as the API would say it: a rate changes by percentage points, everything else by a
// fraction of its base.
export function pace(metric: Metric, week: number | null, month: number | null): Kpi {
  const points = metric === 'conversion';
  const known = week !== null && month !== null && (points || month > 0);
  const change = known ? (points ? (week - month) * 100 : week / month - 1) : null;
  return { value: week, previous: month, change, unit: points ? 'percentagePoints' : 'fraction' };
}

// The chart's table: one row per day, with its counterpart in the previous period.
export function seriesRows(span: Span): Cell[][] {
  return span.series.map((day, place) => {
    const before = span.previousSeries[place];
    const known = day.state !== 'noData';
    return [
      day.date,
      ...METRICS.map((metric) => (known ? day[metric] : null)),
      known ? day.cancelledOrders : null,
      known ? day.cancelledRevenue : null,
      before?.date ?? null,
      ...METRICS.map((metric) => previousValue(before, metric)),
    ];
  });
}

export function rankingRows({ rows, rest }: Ranking, restName: string): Cell[][] {
  const shown: Cell[][] = rows.map((row) => [row.externalId, row.title, row.revenue, row.orders, row.units, row.share]);
  return rest.count > 0 ? [...shown, [null, restName, rest.revenue, rest.orders, rest.units, rest.share]] : shown;
}

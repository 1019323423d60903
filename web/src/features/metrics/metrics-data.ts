// The overview's answer, shaped for the screen. No component computes a number of its own.
import { METRICS, type Kpi, type ListingDetail, type Metric, type Others, type Overview, type PreviousDay, type RankedListing, type SeriesDay } from '../../api/types';
import type { Cell } from '../../lib/csv';
import { dayIn } from '../../lib/dates';
import { roundMoney } from '../../lib/format';

// `received`: orders of that day have come in, or would have.
export type ShownDay = SeriesDay & { received: boolean };

// A span of days: its figures, its series and what they are compared with.
export type Span = Pick<Overview, 'period' | 'comparison' | 'kpis' | 'previousSeries'> & { series: ShownDay[] };

export function spanOf(answer: Overview | ListingDetail, zone: string): Span {
  const through = answer.freshness.ordersThrough;
  const last = through === null ? '' : dayIn(zone, new Date(through));
  const series = 'salesSeries' in answer ? answer.salesSeries : answer.series;
  const { period, comparison, kpis, previousSeries } = answer;
  return { period, comparison, kpis, previousSeries, series: series.map((day) => ({ ...day, received: day.date <= last })) };
}

export function isMetric(text: string | null): text is Metric {
  return METRICS.some((metric) => metric === text);
}

// Whether somebody counted: of other days the zeros are none.
const hasNumbers = (day: { state: SeriesDay['state'] }) => day.state === 'computed' || day.state === 'stale';

export function previousValue(day: PreviousDay | undefined, metric: Metric): number | null {
  return day === undefined || !hasNumbers(day) ? null : day[metric];
}

// A day that has no value for the metric: because it can't have one (nothing to divide by), or because nobody knows.
export type Gap = 'noData' | 'notReceived' | 'notComputed' | 'unknownVisits' | 'noOrders' | 'noVisits';

export function gapOf(day: ShownDay, metric: Metric): Gap | null {
  if (day.state === 'noData') return 'noData';
  // Its zero would be made up: no orders were received or counted, not none were placed.
  if (day.orders === 0 && metric !== 'visits') {
    if (!day.received) return 'notReceived';
    if (day.state === 'notComputed') return 'notComputed';
  }
  if (day[metric] !== null) return null;
  if (metric === 'averageTicket') return 'noOrders';
  return metric === 'conversion' && day.visits !== null ? 'noVisits' : 'unknownVisits';
}

// Cancelled and refunded on the day; null where nobody knows.
export function cancelledOf(day: ShownDay): { orders: number; revenue: number } | null {
  const known = hasNumbers(day) && (day.received || day.cancelledOrders > 0);
  return known ? { orders: day.cancelledOrders, revenue: day.cancelledRevenue } : null;
}

// What is shown: nothing for a day that nobody knows anything about, whatever zeros it came with.
export function drawnValue(day: ShownDay, metric: Metric): number | null {
  return gapOf(day, metric) === null ? day[metric] : null;
}

export interface Coverage {
  known: number;
  all: number;
}

// Why a figure has no value: what all days of the window lack. null if one of them has a value.
export function windowGap({ series }: Pick<Span, 'series'>, metric: Metric): Gap | null {
  const gaps = series.map((day) => gapOf(day, metric)).filter((gap) => gap !== null);
  if (gaps.length === 0 || gaps.length < series.length) return null;
  if (gaps.includes('unknownVisits')) return 'unknownVisits';
  return [...gaps].reverse().find((gap) => gap !== 'noData') ?? 'noData';
}

// A figure as it is shown: a zero that is the sum of days nobody counted is none, and nothing changed from it or to it.
function figureOf(span: Span, metric: Metric): Kpi {
  const kpi = span.kpis[metric];
  return kpi.value === 0 && windowGap(span, metric) !== null ? { ...kpi, value: null, change: null } : kpi;
}

// What a figure is compared with. If days of that have no numbers, revenue, orders and units have no change: then
// `days` says how many there are. Visits and conversion are compared all the same, over the days known in both periods.
export function compared(span: Span, metric: Metric): { kpi: Kpi; days: Coverage | null } {
  const { comparison } = span;
  const ofVisits = metric === 'visits' || metric === 'conversion';
  const { knownDays: known, days: all } = ofVisits ? comparison.visits : comparison;
  return { kpi: figureOf(span, metric), days: metric === 'averageTicket' || known === 0 || known === all ? null : { known, all } };
}

// What the change is about, where that isn't the figure itself: of visits and conversion, complete days alone.
export const comparedPart = ({ value, compared: part, previous }: Kpi): number | null => (part === undefined || part === value || previous === null ? null : part);

// To as many digits as the server gives.
const roundShare = (share: number) => Math.round(share * 1e6) / 1e6;

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
  const revenue = roundMoney(sum((row) => row.revenue), overview.currency);
  return {
    rows: bottomListings,
    rest: {
      count: topListings.length + others.count,
      revenue,
      orders: sum((row) => row.orders),
      units: sum((row) => row.units),
      share: overview.totalRevenue > 0 ? roundShare(revenue / overview.totalRevenue) : null,
    },
  };
}

// Sums of amounts that a double can't hold are off by less; no currency's smallest unit is as small.
const NOTHING = 0.0005;

// Whether the shorter window is the tail of the longer one, day by day and in sum; null if facts came in or a day began
// between the two answers: then there is nothing to compare.
export function isTail(short: Overview, long: Overview): boolean | null {
  if (short.revision !== long.revision || short.salesSeries.at(-1)?.date !== long.salesSeries.at(-1)?.date) return null;
  const tail = long.salesSeries.slice(-short.salesSeries.length);
  const same = short.salesSeries.every((day, place) => {
    const other = tail[place];
    return other?.date === day.date && other.revenue === day.revenue && other.orders === day.orders && other.units === day.units && other.visits === day.visits;
  });
  const revenue = tail.reduce((sum, day) => sum + day.revenue, 0);
  return same && Math.abs(revenue - short.totalRevenue) < NOTHING;
}

// The average of the days that are over and known: today's morning would pull a week down more than a month.
export function perDay({ series }: Span, metric: 'revenue' | 'orders' | 'units' | 'visits'): number | null {
  const values = series.filter((day) => !day.partial).map((day) => drawnValue(day, metric)).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const isRate = (metric: Metric) => metric === 'averageTicket' || metric === 'conversion';

// Whether the days add up to the figure; null for rates, which are no sums, and for what nobody knows.
export function addsUp(span: Span, metric: Metric): boolean | null {
  const { value } = figureOf(span, metric);
  if (isRate(metric) || value === null) return null;
  const sum = span.series.reduce((total, day) => total + (drawnValue(day, metric) ?? 0), 0);
  return Math.abs(sum - value) < NOTHING;
}

// Whether the listings' orders add up to more than the total: an order may hold several of them.
export const ordersOverlap = ({ rows, rest }: Ranking, total: number) => rows.reduce((sum, row) => sum + row.orders, rest.orders) !== total;

// The week against the month, as the API would say it: a rate changes by percentage points, everything else by a
// fraction of its base.
export function pace(metric: Metric, week: number | null, month: number | null): Kpi {
  const points = metric === 'conversion';
  const known = week !== null && month !== null && (points || month > 0);
  const change = known ? (points ? (week - month) * 100 : week / month - 1) : null;
  return { value: week, previous: month, change, unit: points ? 'percentagePoints' : 'fraction' };
}

// The chart's table: one row per day, the newest first, with its counterpart in the previous period. `said` is what the
// table says of a day besides its numbers.
export function seriesRows(span: Span, said: (day: ShownDay) => string): Cell[][] {
  const rows = span.series.map((day, place) => {
    const before = span.previousSeries[place];
    return [
      day.date,
      ...METRICS.map((metric) => drawnValue(day, metric)),
      cancelledOf(day)?.orders ?? null,
      cancelledOf(day)?.revenue ?? null,
      said(day),
      before?.date ?? null,
      ...METRICS.map((metric) => previousValue(before, metric)),
    ];
  });
  return rows.reverse();
}

const roundedShare = (share: number | null) => (share === null ? null : roundShare(share));

// `placeOf`: the marketplace of a listing, if there are several.
export function rankingRows({ rows, rest }: Ranking, restName: string, placeName?: (marketplace: string) => string): Cell[][] {
  const place = (marketplace: string | null): Cell[] => (placeName ? [marketplace === null ? null : placeName(marketplace)] : []);
  const shown: Cell[][] = rows.map((row) => [row.externalId, row.title, ...place(row.marketplace), row.revenue, row.orders, row.units, roundedShare(row.share)]);
  return rest.count > 0 ? [...shown, [null, restName, ...place(null), rest.revenue, rest.orders, rest.units, roundedShare(rest.share)]] : shown;
}

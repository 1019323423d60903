// The listings behind a day's figure, and all others as one line, so that the list adds up to the day.
import type { ListingPage, ListingRow, Metric, Overview } from '../../api/types';
import { roundMoney } from '../../lib/format';
import { isRate } from './metrics-data';

const SHOWN = 25;

// By what the list is asked for: the server doesn't sort by average order.
export function dayQuestion(date: string, metric: Metric, marketplace: string | null) {
  return { query: { from: date, to: date }, q: '', status: '', marketplace, sort: `-${metric === 'averageTicket' ? 'revenue' : metric}`, limit: SHOWN, offset: 0 };
}

export interface DayList {
  rows: ListingRow[];
  // Those further down; `value` is null of rates, which can't be added up.
  rest: { count: number; value: number | null } | null;
  // Orders of the listings together, where they are more than those of the day: one may hold several listings.
  overlap: boolean;
}

// Whether the listing has a part in the day's figure.
function hasPart(row: ListingRow, metric: Metric): boolean {
  if (metric === 'visits') return (row.visits ?? 0) > 0;
  return metric === 'conversion' ? row.conversion !== null : row.orders > 0;
}

// `day` is the overview of this day alone, `page` the first of its listings.
export function dayList(day: Overview, page: ListingPage, metric: Metric): DayList {
  const rows = page.listings.filter((row) => hasPart(row, metric));
  const [own] = day.salesSeries;
  const ofOrders = day.topListings.reduce((sum, row) => sum + row.orders, day.otherListings.orders);
  const overlap = metric === 'orders' && ofOrders !== day.totalOrders;
  // Of two revisions, or all of them are there.
  if (own === undefined || day.revision !== page.revision || rows.length < page.listings.length || page.total === rows.length) return { rows, rest: null, overlap };
  const all = metric === 'visits' || metric === 'conversion' ? own.knownListings : day.topListings.length + day.otherListings.count;
  const whole = metric === 'orders' ? ofOrders : own[metric];
  const shown = rows.reduce((sum, row) => sum + (row[metric] ?? 0), 0);
  const value = isRate(metric) || whole === null ? null : roundMoney(whole - shown, day.currency);
  const count = all - rows.length;
  return { rows, rest: count > 0 && (value === null || value > 0) ? { count, value } : null, overlap };
}

import type { ListingPage, ListingRow, ListingStatus } from '../../api/types';
import type { Cell } from '../../lib/csv';
import { marketplaceName } from '../../lib/marketplaces';

export const COLUMNS = ['title', 'revenue', 'orders', 'units', 'visits', 'conversion', 'price', 'stock'] as const;
export type Column = (typeof COLUMNS)[number];

export const PIECE = 200; // the most a page may have
const TRIES = 4;

// The listings changed again and again while they were asked for, page by page.
export class MovingError extends Error {}

// Every listing the question matches: what the table shows, from its first page to its last, or nothing at all. Facts
// that come in between two pages may move a listing from one to the other; then all are asked for again.
export async function allListings(ask: (offset: number) => Promise<ListingPage>): Promise<ListingRow[]> {
  for (let count = 0; count < TRIES; count += 1) {
    const found = await inOnePiece(ask);
    if (found !== null) return found;
  }
  throw new MovingError('the listings keep changing');
}

// null: the pages are of different moments.
async function inOnePiece(ask: (offset: number) => Promise<ListingPage>): Promise<ListingRow[] | null> {
  const first = await ask(0);
  const found = [...first.listings];
  while (found.length < first.total) {
    const page = await ask(found.length);
    const same = page.revision === first.revision && page.total === first.total && page.period.to === first.period.to;
    if (!same || page.listings.length === 0) return null;
    found.push(...page.listings);
  }
  return found;
}

// Where no day of the window has numbers, the zeros of a listing are none.
export type ShownListing = Omit<ListingRow, 'revenue' | 'orders' | 'units'> & Record<'revenue' | 'orders' | 'units', number | null>;

export function shownListing(row: ListingRow, hasNumbers: boolean): ShownListing {
  return hasNumbers || row.orders > 0 ? row : { ...row, revenue: null, orders: null, units: null, share: null };
}

// In the words of the screen; the numbers exactly.
export function listingCells(row: ShownListing, statusName: Record<ListingStatus, string>): Cell[] {
  const { price } = row;
  return [
    row.externalId,
    row.title,
    marketplaceName(row.marketplace),
    statusName[row.status],
    row.revenue,
    row.share,
    row.orders,
    row.units,
    row.averageTicket,
    row.visits,
    row.conversion,
    price,
    price === null ? null : row.currency,
    row.stock,
    row.category,
  ];
}

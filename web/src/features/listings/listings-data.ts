import { fetchListings, type ListingsQuestion } from '../../api/queries';
import type { ListingRow, ListingStatus } from '../../api/types';
import type { Cell } from '../../lib/csv';
import { marketplaceName } from '../../lib/marketplaces';

export const COLUMNS = ['title', 'revenue', 'orders', 'units', 'visits', 'conversion', 'price', 'stock'] as const;
export type Column = (typeof COLUMNS)[number];

const PIECE = 200; // the most a page may have

// Every listing the question matches, piece by piece: what the table shows, from its first page to its last.
export async function allListings(tenant: string, question: ListingsQuestion): Promise<ListingRow[]> {
  const found: ListingRow[] = [];
  for (;;) {
    const page = await fetchListings(tenant, { ...question, limit: PIECE, offset: found.length });
    found.push(...page.listings);
    if (page.listings.length === 0 || found.length >= page.total) return found;
  }
}

// In the words of the screen; the numbers exactly.
export function listingCells(row: ListingRow, statusName: Record<ListingStatus, string>): Cell[] {
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

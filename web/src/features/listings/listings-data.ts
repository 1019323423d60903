import { fetchListings, type ListingsQuestion } from '../../api/queries';
import type { ListingRow } from '../../api/types';
import type { Cell } from '../../lib/csv';

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

export function listingCells(row: ListingRow): Cell[] {
  return [row.externalId, row.title, row.marketplace, row.status, row.revenue, row.share, row.orders, row.units, row.averageTicket, row.visits, row.conversion, row.price, row.stock, row.category];
}

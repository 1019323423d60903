import { describe, expect, it } from 'vitest';
import type { ListingPage, ListingRow } from '../../api/types';
import { allListings, listingCells, MovingError, shownListing } from './listings-data';

const row: ListingRow = {
  id: '1',
  externalId: 'MLB1',
  title: 'Caneca',
  marketplace: 'mercadolivre',
  status: 'paused',
  price: 12.5,
  currency: 'USD',
  stock: 3,
  category: null,
  revenue: 100.1,
  orders: 2,
  units: 3,
  averageTicket: 50.05,
  visits: null,
  conversion: null,
  share: 0.123456,
};
const names = { active: 'Ativo', paused: 'Pausado', closed: 'Encerrado', unknown: 'Sem cadastro' };

describe('a line of the file', () => {
  it('has the words of the screen, the exact numbers, and whose money the price is', () => {
    expect(listingCells(row, names)).toEqual(['MLB1', 'Caneca', 'Mercado Livre', 'Pausado', 100.1, 0.123456, 2, 3, 50.05, null, null, 12.5, 'USD', 3, null]);
    expect(listingCells({ ...row, price: null }, names).slice(11, 13)).toEqual([null, null]);
  });
  it('has no zeros of a window of which nothing is known', () => {
    const none = { ...row, revenue: 0, orders: 0, units: 0, share: 0 };
    expect(listingCells(shownListing(none, false), names).slice(4, 8)).toEqual([null, null, null, null]);
    expect(shownListing(none, true)).toBe(none);
    expect(shownListing(row, false)).toBe(row);
  });
});

describe('all listings', () => {
  const page = (ids: string[], total: number, revision: number) => ({ listings: ids.map((id) => ({ ...row, id })), total, revision, period: { from: '2026-01-01', to: '2026-01-07' } }) as ListingPage;
  // Answers in this order, whatever was asked; `asked` are the offsets.
  const server = (pages: ListingPage[]) => {
    const asked: number[] = [];
    const ask = (offset: number) => {
      asked.push(offset);
      const next = pages.length > 1 ? pages.shift() : pages[0];
      return next ? Promise.resolve(next) : Promise.reject(new Error('no page'));
    };
    return { ask, asked };
  };

  it('are asked for page by page', async () => {
    const { ask, asked } = server([page(['a', 'b'], 3, 1), page(['c'], 3, 1)]);
    expect((await allListings(ask)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([0, 2]);
    expect(await allListings(server([page([], 0, 1)]).ask)).toEqual([]);
  });

  it('are asked for again if facts came in between two pages: none twice, none missing', async () => {
    const { ask, asked } = server([page(['a', 'b'], 3, 1), page(['b'], 3, 2), page(['c', 'a'], 3, 2), page(['b'], 3, 2)]);
    expect((await allListings(ask)).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(asked).toEqual([0, 2, 0, 2]);
  });

  it('are no file if they never stand still', async () => {
    let revision = 0;
    await expect(allListings(() => Promise.resolve(page(['a'], 2, (revision += 1))))).rejects.toBeInstanceOf(MovingError);
  });
});

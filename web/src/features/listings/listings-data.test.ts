import { describe, expect, it } from 'vitest';
import type { ListingRow } from '../../api/types';
import { listingCells } from './listings-data';

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
});

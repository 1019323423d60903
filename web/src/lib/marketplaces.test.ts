import { expect, it } from 'vitest';
import { listingMark } from './marketplaces';

it('says an id once', () => {
  const listing = { title: 'Bule', externalId: 'MLB1', marketplace: 'mercadolivre' };
  expect([listingMark(listing, true), listingMark(listing, false)]).toEqual(['MLB1 · Mercado Livre', 'MLB1']);
  expect([listingMark({ ...listing, title: 'MLB1' }, true), listingMark({ ...listing, title: 'MLB1' }, false)]).toEqual(['Mercado Livre', '']);
});

import { describe, expect, it } from 'vitest';
import { pageUrl, rowUrl, stepsOver, withParams } from './location';

describe('addresses', () => {
  it('takes parameters away that are empty', () => {
    const params = new URLSearchParams('a=1&b=2');
    expect(withParams(params, { a: null, b: '', c: 3 }).toString()).toBe('c=3');
    expect(params.toString()).toBe('a=1&b=2');
  });

  it('keeps the tenant, the period and the marketplace from page to page, and nothing else', () => {
    const here = new URLSearchParams('tenant=t1&period=7&metric=visits&marketplace=shopee&offset=50&day=2026-01-01');
    expect(pageUrl('/app/listings', here)).toBe('/app/listings?tenant=t1&period=7&marketplace=shopee');
    expect(pageUrl('/', here, { tenant: null, marketplace: null, listing: 'x y' })).toBe('/?period=7&listing=x+y');
    expect(pageUrl('/app/jobs', new URLSearchParams())).toBe('/app/jobs');
  });

  it('finds back from a row to where the list was', () => {
    const list = '/app/listings?period=7&q=mochila+azul&status=paused&sort=-units&offset=50';
    const row = rowUrl('/app/listings/1', new URLSearchParams(list.split('?')[1]));
    expect(rowUrl('/app/listings', new URLSearchParams(`${row.split('?')[1] ?? ''}&day=2026-01-01`))).toBe(list);
  });

  it('counts the steps from a page to what is opened over it', () => {
    const steps = (from: string, to: string, before: number) => stepsOver(new URL(from, 'http://onda/'), new URL(to, 'http://onda/'), before);
    expect(steps('/?period=7', '/?period=7&why=revenue', 0)).toBe(1);
    expect(steps('/?why=revenue', '/?why=revenue&day=2026-01-01', 1)).toBe(2);
    expect(steps('/?why=revenue&day=2026-01-01', '/?why=revenue', 2)).toBe(3);
    expect(steps('/?day=2026-01-01', '/', 1)).toBe(0);
    // Who came by a link to a drawer has no page under it.
    expect(steps('/?day=2026-01-01', '/?day=2026-01-01&line=x', 0)).toBe(0);
    expect(steps('/app/listings', '/?day=2026-01-01', 0)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { lastOffset, nextSort, offsetOf, parseSort, sortText } from './pages';

const COLUMNS = ['title', 'revenue'] as const;
const FALLBACK = { column: 'revenue', descending: true } as const;

describe('long lists', () => {
  it('end with the last page that has a row', () => {
    expect([lastOffset(36, 50), lastOffset(50, 50), lastOffset(51, 50), lastOffset(0, 50)]).toEqual([0, 0, 50, 0]);
  });

  it('take an offset only if it is one', () => {
    expect(offsetOf(new URLSearchParams('offset=50'))).toBe(50);
    expect(offsetOf(new URLSearchParams('offset=99999999'))).toBe(1_000_000);
    for (const bad of ['', 'offset=-1', 'offset=1.5', 'offset=x', 'offset=1e99']) expect(offsetOf(new URLSearchParams(bad))).toBe(0);
  });

  it('read the order they write', () => {
    expect(parseSort('-title', COLUMNS, FALLBACK)).toEqual({ column: 'title', descending: true });
    expect(sortText(parseSort('title', COLUMNS, FALLBACK))).toBe('title');
    expect(parseSort('-password', COLUMNS, FALLBACK)).toEqual(FALLBACK);
    expect(parseSort(null, COLUMNS, FALLBACK)).toEqual(FALLBACK);
  });

  it('turn round at the second click, and begin with the interesting end', () => {
    expect(nextSort(FALLBACK, 'revenue', false)).toEqual({ column: 'revenue', descending: false });
    expect(nextSort<(typeof COLUMNS)[number]>(FALLBACK, 'title', true)).toEqual({ column: 'title', descending: false });
  });
});

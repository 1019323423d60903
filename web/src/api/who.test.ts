import { describe, expect, it } from 'vitest';
import type { Me } from './types';
import { stillMe, whoIsIn } from './who';

const me = (id: string, csrfToken = 'a', name = '') => ({ csrfToken, user: { id, name } }) as Me;

describe('who is signed in', () => {
  it('may be another one, or nobody, by now', () => {
    expect(whoIsIn(me('1'), me('1'))).toBe('same');
    expect(whoIsIn(me('1'), me('1', 'b'))).toBe('renewed');
    expect(whoIsIn(me('1'), me('2'))).toBe('another');
    expect(whoIsIn(undefined, me('2'))).toBe('another');
    expect(whoIsIn(me('1'), null)).toBe('nobody');
    expect(whoIsIn(undefined, null)).toBe('same');
    expect(whoIsIn(me('1'), undefined)).toBe('unknown');
  });

  it('is not put back by a late answer', () => {
    expect(stillMe(me('1', 'b'), me('1', 'a', 'Ana'))).toEqual(me('1', 'b', 'Ana'));
    expect(stillMe(undefined, me('1'))).toBeUndefined();
    expect(stillMe(me('2'), me('1'))).toEqual(me('2'));
  });
});

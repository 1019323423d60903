import { describe, expect, it } from 'vitest';
import { inOrder } from './tokens-data';

describe('tokens', () => {
  it('in use come first, the newest at the top; then those revoked last', () => {
    const token = (id: number, createdAt: string, revokedAt: string | null = null) => ({ id, name: `t${id}`, createdAt, revokedAt });
    const list = [token(1, '2026-01-01', '2026-03-01'), token(2, '2026-01-02'), token(3, '2026-01-03', '2026-04-01'), token(4, '2026-01-04'), token(5, '2026-01-04')];
    expect(inOrder(list).map(({ id }) => id)).toEqual([5, 4, 2, 3, 1]);
    expect(list[0]?.id).toBe(1);
  });
});

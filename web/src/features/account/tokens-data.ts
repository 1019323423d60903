import type { Token } from '../../api/types';

// Those in use first, the newest of them at the top; then the revoked ones, the last to go first.
export function inOrder(tokens: Token[]): Token[] {
  const key = (token: Token) => token.revokedAt ?? token.createdAt;
  return [...tokens].sort((a, b) => {
    if ((a.revokedAt === null) !== (b.revokedAt === null)) return a.revokedAt === null ? -1 : 1;
    return key(a) === key(b) ? b.id - a.id : key(a) < key(b) ? 1 : -1;
  });
}

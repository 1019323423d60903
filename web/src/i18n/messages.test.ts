import { describe, expect, it } from 'vitest';
import { en } from './en';
import { ptBR } from './pt-BR';

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe('the two languages', () => {
  // TypeScript holds en to the keys of pt-BR; this finds what it can't see.
  it('say something everywhere, with the same number of parts to fill in', () => {
    const english = new Map(leaves(en));
    for (const [path, text] of leaves(ptBR)) {
      const other = english.get(path);
      expect(typeof other, path).toBe(typeof text);
      if (typeof text === 'string') expect(text.trim(), path).not.toBe('');
      if (typeof text === 'function') expect((other as { length: number }).length, path).toBe(text.length);
    }
    expect(english.size).toBe(leaves(ptBR).length);
  });
});

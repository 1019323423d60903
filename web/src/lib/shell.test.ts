import { expect, it } from 'vitest';
import { shellWord } from './shell';

it('quotes a name as a shell reads it', () => {
  expect(shellWord('Minha Loja')).toBe("'Minha Loja'");
  expect(shellWord("D'Ávila $HOME")).toBe("'D'\\''Ávila $HOME'");
});

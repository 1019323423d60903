import { expect, it } from 'vitest';
import { makeFormats } from './format';
import { changeText } from './metric-format';

it('says a change in percent, and of more than tenfold the factor', () => {
  const pt = makeFormats('pt-BR', 'BRL', 'America/Sao_Paulo');
  expect([-1, 0.123, 9.99, 11.5, 1249.3].map((change) => changeText(pt, change))).toEqual(['-100,0%', '+12,3%', '+999,0%', '12,5×', '1.250×']);
});

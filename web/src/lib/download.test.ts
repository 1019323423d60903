import { expect, it } from 'vitest';
import { fileName } from './download';

it('calls a file by whose it is and what it holds, as every system takes it', () => {
  expect(fileName(['Loja Demo', 'anúncios', null, '', '2026-01-01'], 'csv')).toBe('onda-Loja Demo-anúncios-2026-01-01.csv');
  expect(fileName(['A/B: "C"?'], 'png')).toBe('onda-A B C .png');
});

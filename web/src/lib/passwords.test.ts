import { expect, it } from 'vitest';
import { passwordProblem } from './passwords';

it('knows what the server refuses', () => {
  const of = (password: string) => passwordProblem(password, ' ana@example.com');
  expect(of('')).toBeNull();
  expect(of('nove letr')).toBe('short');
  expect(of('dez letras')).toBeNull();
  expect(of('🐚🐚🐚🐚🐚')).toBe('short'); // characters, not what they are made of
  expect(of('é'.repeat(100))).toBeNull();
  expect(of('é'.repeat(101))).toBe('long');
  expect(of('ANA@example.com')).toBe('isEmail');
});

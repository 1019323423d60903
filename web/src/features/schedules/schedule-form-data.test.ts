import { describe, expect, it } from 'vitest';
import { expressionOf, whenOf } from './schedule-form-data';

const at = { time: '08:05', own: '' };

describe('an expression', () => {
  it('says what was chosen', () => {
    expect(expressionOf({ ...at, rhythm: 'hourly' })).toBe('0 * * * *');
    expect(expressionOf({ ...at, rhythm: 'daily' })).toBe('5 8 * * *');
    expect(expressionOf({ ...at, rhythm: 'weekdays' })).toBe('5 8 * * mon-fri');
    expect(expressionOf({ ...at, rhythm: 'own', own: ' rate(6 hours) ' })).toBe('rate(6 hours)');
  });

  it('is none while there is no time', () => {
    expect(expressionOf({ rhythm: 'daily', time: '', own: '' })).toBe('');
    expect(expressionOf({ rhythm: 'own', time: '', own: '  ' })).toBe('');
  });

  it('is read as what was chosen, and as it was typed where nothing was', () => {
    for (const expression of ['0 * * * *', '5 8 * * *', '30 14 * * mon-fri']) expect(expressionOf(whenOf(expression))).toBe(expression);
    expect(whenOf('5 8 * * 1-5')).toMatchObject({ rhythm: 'weekdays', time: '08:05' });
    for (const own of ['30 4 * * sun', '*/5 * * * *', 'rate(6 hours)', '0 8,20 * * *']) expect(whenOf(own)).toMatchObject({ rhythm: 'own', own });
  });
});

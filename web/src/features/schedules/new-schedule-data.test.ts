import { describe, expect, it } from 'vitest';
import { expressionOf } from './new-schedule-data';

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
});

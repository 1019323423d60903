import { describe, expect, it } from 'vitest';
import { addDays, dayIn, daysIn, isDay } from './dates';

describe('days', () => {
  it('knows which texts are days', () => {
    for (const good of ['2026-02-28', '2024-02-29', '0999-01-01']) expect(isDay(good)).toBe(true);
    for (const bad of ['2026-02-31', '2025-02-29', '2026-2-1', '2026-13-01', '', 'today', '2026-02-28T00:00']) expect(isDay(bad)).toBe(false);
    expect(isDay(null)).toBe(false);
  });

  it('adds and counts across months, years and clock changes', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(addDays('2018-11-03', 1)).toBe('2018-11-04'); // a day without a midnight in São Paulo
    expect(daysIn('2026-01-01', '2026-12-31')).toBe(365);
    expect(daysIn('2026-01-05', '2026-01-05')).toBe(1);
  });

  it('asks the zone which day an instant is on', () => {
    const late = new Date('2026-11-23T02:30:00Z');
    expect(dayIn('America/Sao_Paulo', late)).toBe('2026-11-22');
    expect(dayIn('Europe/Lisbon', late)).toBe('2026-11-23');
    expect(dayIn('Pacific/Kiritimati', late)).toBe('2026-11-23');
    expect(dayIn('America/Sao_Paulo', new Date('2026-11-23T03:00:00Z'))).toBe('2026-11-23');
  });
});

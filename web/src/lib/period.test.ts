import { describe, expect, it } from 'vitest';
import { withParams } from './location';
import { parsePeriod, presetParams, PRESETS, rangeParams } from './period';

const TODAY = '2026-11-23';
const parse = (text: string) => parsePeriod(new URLSearchParams(text), TODAY);

describe('the period in the URL', () => {
  it('is 30 days unless it says otherwise', () => {
    expect(parse('')).toEqual({ preset: '30', from: '2026-10-25', to: TODAY, days: 30, query: { days: 30 } });
    expect(parse('period=nonsense').preset).toBe('30');
  });

  it('knows the presets; all but yesterday end today', () => {
    expect(parse('period=today')).toMatchObject({ from: TODAY, to: TODAY, query: { days: 1 } });
    expect(parse('period=yesterday')).toMatchObject({ from: '2026-11-22', to: '2026-11-22', query: { from: '2026-11-22', to: '2026-11-22' } });
    expect(parse('period=7')).toMatchObject({ from: '2026-11-17', days: 7 });
  });

  it('takes a range of one’s own, of a year at most, not from the future', () => {
    expect(parse('from=2026-01-01&to=2026-01-31')).toMatchObject({ preset: 'custom', days: 31 });
    for (const bad of ['from=2026-02-01&to=2026-01-31', 'from=2026-02-31&to=2026-03-01', 'from=2024-01-01&to=2026-01-01', `from=${TODAY}&to=2026-11-24`, 'from=2026-01-01']) {
      expect(parse(bad).preset).toBe('30');
    }
  });

  it('reads what it writes', () => {
    for (const preset of PRESETS) expect(parsePeriod(withParams(new URLSearchParams('from=2026-01-01&to=2026-01-02'), presetParams(preset)), TODAY).preset).toBe(preset);
    const range = withParams(new URLSearchParams('period=7'), rangeParams('2026-03-01', '2026-03-09'));
    expect(range.toString()).toBe('from=2026-03-01&to=2026-03-09');
  });
});

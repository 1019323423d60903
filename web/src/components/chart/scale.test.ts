import { describe, expect, it } from 'vitest';
import { areaPath, labelled, linePath, segments, ticks } from './scale';

describe('ticks', () => {
  it('are round, begin at zero and reach the largest value', () => {
    expect(ticks(37_900)).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect(ticks(0.031)).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
    expect(ticks(40_000).at(-1)).toBe(40_000);
    for (let power = -4; power < 9; power += 0.37) {
      const max = 10 ** power;
      const found = ticks(max);
      expect(found[0]).toBe(0);
      expect(found.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(found.length).toBeLessThanOrEqual(6);
    }
  });

  it('leave little of the drawing empty', () => {
    expect(ticks(41_500)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
    for (let max = 1; max < 2000; max += 7) expect(ticks(max).at(-1)).toBeLessThanOrEqual(1.34 * max);
  });

  it('are whole where what is counted is', () => {
    expect([1, 2, 3, 4, 5].map((max) => ticks(max, true))).toEqual([
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4, 5],
    ]);
    expect(ticks(11, true)).toEqual([0, 5, 10, 15]);
    expect(ticks(88, true)).toEqual([0, 25, 50, 75, 100]);
    for (let max = 1; max < 300; max += 1) expect(ticks(max, true).every(Number.isInteger)).toBe(true);
  });

  it('stand even when there is nothing to show', () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(Number.NaN)).toEqual([0, 1]);
  });
});

describe('lines', () => {
  const at = (x: number) => ({ x, y: 1 });
  it('break where a value is missing', () => {
    expect(segments([null, at(1), at(2), null, null, at(5), null])).toEqual([[at(1), at(2)], [at(5)]]);
    expect(segments([])).toEqual([]);
    expect(segments([null])).toEqual([]);
  });
  it('are paths', () => {
    expect(linePath([at(1), at(2)])).toBe('M1.0 1.0L2.0 1.0');
    expect(areaPath([at(1), at(2)], 9)).toBe('M1.0 1.0L2.0 1.0L2.0 9.0L1.0 9.0Z');
    expect(areaPath([], 9)).toBe('');
  });
});

describe('labels', () => {
  it('always name the newest day and never crowd', () => {
    for (const count of [1, 2, 7, 30, 90, 366]) {
      const found = labelled(count, 600, 60);
      expect(found.at(-1)).toBe(count - 1);
      expect(found.length).toBeLessThanOrEqual(11);
    }
    expect(labelled(7, 600, 60)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

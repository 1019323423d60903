import { describe, expect, it } from 'vitest';
import { alone, labelled, textWidth, valueScale } from './scale';

const ticks = (max: number, whole = false) => valueScale(max, whole, [100, 0]).ticks;

describe('the scale of values', () => {
  it('is round, begins at zero and holds the largest value', () => {
    expect(ticks(37_900)).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect(ticks(0.031)).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
    for (let power = -4; power < 9; power += 0.37) {
      const max = 10 ** power;
      const { scale, ticks: found } = valueScale(max, false, [100, 0]);
      expect(scale(0)).toBe(100);
      expect(scale(max)).toBeGreaterThanOrEqual(0);
      expect(scale(found.at(-1) ?? 0)).toBeCloseTo(0);
      expect(found.length).toBeLessThanOrEqual(7);
    }
  });

  it('leaves little of the drawing empty', () => {
    for (let max = 1; max < 2000; max += 7) expect(ticks(max).at(-1)).toBeLessThanOrEqual(1.36 * max);
  });

  it('is whole where what is counted is', () => {
    expect([1, 2, 3, 4].map((max) => ticks(max, true))).toEqual([
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ]);
    for (let max = 1; max < 300; max += 1) expect(ticks(max, true).every(Number.isInteger)).toBe(true);
  });

  it('stands even when there is nothing to show', () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(Number.NaN)).toEqual([0, 1]);
    expect(ticks(Number.NEGATIVE_INFINITY)).toEqual([0, 1]);
  });
});

describe('a value without neighbours', () => {
  it('is found', () => {
    expect(alone([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(alone([0])).toEqual([0]);
    expect(alone([null, null])).toEqual([]);
    expect(alone([])).toEqual([]);
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

describe('the room for a label', () => {
  // As measured in Chromium, 12 pixels high.
  it('is at least what the text takes, and not much more', () => {
    for (const [text, width] of [['R$ 500 mil', 56], ['R$ 0', 24], ['100,0%', 39], ['¥800M', 37], ['JP¥ 200 mi', 59], ['5 mil', 26], ['$40', 20]] as const) {
      expect(textWidth(text, 12)).toBeGreaterThanOrEqual(width);
      expect(textWidth(text, 12)).toBeLessThanOrEqual(width * 1.3);
    }
  });
});

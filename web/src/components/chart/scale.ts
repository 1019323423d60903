// Where values and days stand in the chart, beyond what the chart library decides.
import { scaleLinear } from '@visx/scale';

const STEPS = 4; // about as many; they are round, so it may be one or two more or fewer

// From 0 to a round value at or above `max`, `ticks` at round steps. `whole`: of what can't be halved.
export function valueScale(max: number, whole: boolean, [bottom, top]: [number, number]) {
  const known = Number.isFinite(max) && max > 0;
  const scale = scaleLinear<number>({ domain: [0, known ? max : 1], range: [bottom, top] }).nice(STEPS);
  return { scale, ticks: scale.ticks(STEPS).filter((tick) => (!whole && known) || Number.isInteger(tick)) };
}

// Places of values whose neighbours are both missing: a line through them alone would not be seen.
export function alone(values: (number | null)[]): number[] {
  return values.flatMap((value, place) => (value !== null && (values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null ? [place] : []));
}

// Places to label so that labels of `labelWidth` don't touch, counted back from the newest.
export function labelled(count: number, width: number, labelWidth: number): number[] {
  const room = Math.max(1, Math.floor(width / labelWidth));
  const step = [1, 2, 3, 5, 7, 14, 30, 60, 90].find((each) => count / each <= room) ?? 120;
  const found: number[] = [];
  for (let place = count - 1; place >= 0; place -= step) found.push(place);
  return found.reverse();
}

// How wide each kind of character is at most, as a part of the font's size.
const WIDTHS: [RegExp, number][] = [
  [/[\s.,:;'’|ijl]/u, 0.34],
  [/[\d\-frt$]/u, 0.6],
  [/[%MW@mw]/u, 0.95],
  [/[\u0020-\u02ff€£₩₹]/u, 0.7],
];

// At least as wide as `text` is when drawn: an estimate, because fonts may come after the first drawing.
export function textWidth(text: string, size: number): number {
  return Math.ceil(Array.from(text).reduce((sum, character) => sum + (WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? 1.05), 0) * size);
}

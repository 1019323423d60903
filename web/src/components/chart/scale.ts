// Where values stand in a drawing.

// Round steps from 0 to at least `max`, five at most: ending as little above it as can be; of equals, nearest to four steps.
// `whole`: of what can't be halved.
export function ticks(max: number, whole = false): number[] {
  if (max <= 0 || !Number.isFinite(max)) return [0, 1];
  const power = 10 ** (Math.floor(Math.log10(max)) - 1);
  const round = [1, 2, 2.5, 5, 10, 20, 25, 50].map((factor) => Number((factor * power).toPrecision(3)));
  const steps = whole ? [...round.filter(Number.isInteger), 1] : round;
  const scales = steps.map((step) => ({ step, count: Math.ceil(max / step - 1e-9) })).filter(({ count }) => count <= 5 && (whole || count >= 3));
  const cost = ({ step, count }: { step: number; count: number }) => (step * count) / max + Math.abs(count - 4) / 1000;
  const { step, count } = scales.reduce((best, each) => (cost(each) < cost(best) ? each : best));
  return Array.from({ length: count + 1 }, (_, place) => Number((place * step).toPrecision(12)));
}

export interface Point {
  x: number;
  y: number;
}

// Lines through the points that are there; a missing value breaks the line.
export function segments(points: (Point | null)[]): Point[][] {
  const found: Point[][] = [];
  let current: Point[] = [];
  for (const point of points) {
    if (point) current.push(point);
    else if (current.length > 0) {
      found.push(current);
      current = [];
    }
  }
  if (current.length > 0) found.push(current);
  return found;
}

const fixed = (value: number) => value.toFixed(1);

export function linePath(points: Point[]): string {
  return points.map(({ x, y }, place) => `${place === 0 ? 'M' : 'L'}${fixed(x)} ${fixed(y)}`).join('');
}

export function areaPath(points: Point[], base: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return '';
  return `${linePath(points)}L${fixed(last.x)} ${fixed(base)}L${fixed(first.x)} ${fixed(base)}Z`;
}

// Indices to label so that labels of `labelWidth` don't touch, counted back from the newest.
export function labelled(count: number, width: number, labelWidth: number): number[] {
  const room = Math.max(1, Math.floor(width / labelWidth));
  const step = [1, 2, 3, 5, 7, 14, 30, 60, 90].find((each) => count / each <= room) ?? 120;
  const found: number[] = [];
  for (let place = count - 1; place >= 0; place -= step) found.push(place);
  return found.reverse();
}

// The shape of a series, no numbers: decoration beside a figure that says them.
import { areaPath, linePath, segments } from './scale';

const WIDTH = 100;
const HEIGHT = 28;

export function Sparkline({ values, dim }: { values: (number | null)[]; dim?: number | null }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const top = Math.max(...known) || 1;
  const step = WIDTH / (values.length - 1);
  const points = values.map((value, place) => (value === null ? null : { x: place * step, y: HEIGHT - 2 - (value / top) * (HEIGHT - 5) }));
  const solid = dim === undefined || dim === null ? points : points.slice(0, dim + 1);
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {segments(solid).map((segment, place) => (
        <path key={place} className="sparkline-area" d={areaPath(segment, HEIGHT)} />
      ))}
      {segments(solid).map((segment, place) => (
        <path key={place} className="sparkline-line" d={linePath(segment)} />
      ))}
    </svg>
  );
}

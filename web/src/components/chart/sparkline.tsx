// The shape of a series, no numbers: decoration beside a figure that says them.
import { scaleLinear } from '@visx/scale';
import { AreaClosed, LinePath } from '@visx/shape';

const WIDTH = 100;
const HEIGHT = 28;

// `end`: the last place that is drawn; what comes after has no whole day to show.
export function Sparkline({ values, end }: { values: (number | null)[]; end: number }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const x = scaleLinear<number>({ domain: [0, values.length - 1], range: [0, WIDTH] });
  const y = scaleLinear<number>({ domain: [0, Math.max(...known) || 1], range: [HEIGHT - 2, 3] });
  const path = {
    data: values.slice(0, end + 1),
    x: (_: number | null, place: number) => x(place),
    y: (value: number | null) => y(value ?? 0),
    defined: (value: number | null) => value !== null,
  };
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <AreaClosed className="sparkline-area" yScale={y.copy().range([HEIGHT, 3])} {...path} />
      <LinePath className="sparkline-line" {...path} />
    </svg>
  );
}

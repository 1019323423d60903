// The one chart: values by day as bars (up to a month) or a line, the previous period dashed, unknown days as
// hatched gaps. Drawn as SVG by hand: a few hundred points need no library, stay sharp in print, and every
// colour comes from tokens.css. Nothing outside this folder knows how it is drawn.
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useWidth } from './use-width';
import { areaPath, labelled, linePath, segments, ticks, type Point } from './scale';

export interface ChartDay {
  key: string;
  label: string; // on the axis
  sublabel?: string; // under it, if there is room
  value: number | null;
  previous: number | null;
  partial: boolean;
  pale: boolean; // known to be out of date
}

interface Props {
  days: ChartDay[];
  title: string;
  summary: string; // for those who can't see it
  axis: (value: number) => string;
  whole: boolean; // what is counted can't be halved
  tooltip: (place: number) => ReactNode;
  spoken: (place: number) => string;
  help: string;
  onOpen?: ((place: number) => void) | undefined;
}

const HEIGHT = 264;
const TOP = 14;
const BOTTOM = 28;
const SUBLABEL = 14;
const LEFT = 62;
const RIGHT = 10;
const MOST_BARS = 31;

export function Chart({ days, title, summary, axis, whole, tooltip, spoken, help, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [cursor, setCursor] = useState<number | null>(null);
  const id = useId();
  const count = days.length;
  const left = width < 480 ? 56 : LEFT;
  const inner = Math.max(1, width - left - RIGHT);
  const scale = ticks(Math.max(0, ...days.flatMap((day) => [day.value ?? 0, day.previous ?? 0])), whole);
  const top = scale.at(-1) ?? 1;
  const base = HEIGHT - BOTTOM - (days.some((day) => day.sublabel !== undefined) ? SUBLABEL : 0);
  const slot = inner / Math.max(1, count);
  const x = (place: number) => left + slot * (place + 0.5);
  const y = (value: number) => base - (value / top) * (base - TOP);
  const point = (value: number | null, place: number): Point | null => (value === null ? null : { x: x(place), y: y(value) });
  const bars = count <= MOST_BARS;
  const at = cursor !== null && cursor < count ? cursor : null;

  const placeUnder = (event: PointerEvent) => {
    const rect = event.currentTarget.getBoundingClientRect();
    return Math.min(count - 1, Math.max(0, Math.floor((event.clientX - rect.left - left) / slot)));
  };
  const onKey = (event: KeyboardEvent) => {
    const from = at ?? count;
    const moves: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: at === null ? 0 : from + 1, Home: 0, End: count - 1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setCursor(Math.min(count - 1, Math.max(0, to)));
    } else if ((event.key === 'Enter' || event.key === ' ') && at !== null && onOpen) {
      event.preventDefault();
      onOpen(at);
    } else if (event.key === 'Escape') setCursor(null);
  };

  return (
    <div className="chart" ref={box}>
      {width > 0 && (
         
        <svg
          className={onOpen ? 'chart-open' : undefined}
          width={width}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
           
          tabIndex={0}
          role="application"
          aria-label={title}
          aria-describedby={`${id}-summary`}
          onKeyDown={onKey}
          onBlur={() => setCursor(null)}
          onPointerMove={(event) => setCursor(placeUnder(event))}
          onPointerLeave={() => setCursor(null)}
          onClick={(event) => onOpen?.(placeUnder(event as unknown as PointerEvent))}
        >
          <defs>
            <pattern id={`${id}-hatch`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <path className="chart-hatch" d="M0 0V7" />
            </pattern>
          </defs>
          {scale.map((tick) => (
            <g key={tick}>
              <path className={tick === 0 ? 'chart-base' : 'chart-grid'} d={`M${left} ${y(tick)}H${width - RIGHT}`} />
              <text className="chart-tick" x={left - 8} y={y(tick) + 4} textAnchor="end">
                {axis(tick)}
              </text>
            </g>
          ))}
          {at !== null && <rect className="chart-cursor" x={x(at) - slot / 2} y={TOP} width={slot} height={base - TOP} />}
          {days.map((day, place) =>
            day.value === null ? (
              <rect key={day.key} className="chart-gap" fill={`url(#${id}-hatch)`} x={x(place) - slot / 2} y={TOP} width={slot} height={base - TOP} />
            ) : null,
          )}
          {bars
            ? days.map((day, place) => <Bar key={day.key} day={day} x={x(place)} y={day.value === null ? base : y(day.value)} base={base} slot={slot} hatch={`${id}-hatch`} />)
            : segments(days.map((day, place) => point(day.value, place))).map((segment, place) => (
                <g key={place}>
                  <path className="chart-area" d={areaPath(segment, base)} />
                  {segment.length === 1 && segment[0] ? <circle className="chart-dot" cx={segment[0].x} cy={segment[0].y} r="2" /> : <path className="chart-line" d={linePath(segment)} />}
                </g>
              ))}
          {segments(days.map((day, place) => point(day.previous, place))).map((segment, place) => (
            <PreviousLine key={place} segment={segment} slot={slot} />
          ))}
          {at !== null && <Marks day={days[at]} x={x(at)} y={y} bars={bars} />}
          {labelled(count, inner, width < 480 ? 60 : 74).map((place) => (
            <text key={place} className={`chart-label ${days[place]?.partial ? 'chart-label-now' : ''}`} x={Math.min(x(place), width - 4 - (days[place]?.label.length ?? 0) * 3.4)} y={base + 18} textAnchor="middle">
              {days[place]?.label}
              {days[place]?.sublabel !== undefined && (
                <tspan className="chart-sublabel" x={x(place)} dy="14">
                  {days[place].sublabel}
                </tspan>
              )}
            </text>
          ))}
        </svg>
      )}
      <p id={`${id}-summary`} className="visually-hidden">
        {summary} {help}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {at === null ? '' : spoken(at)}
      </p>
      {at !== null && (
        <div className={`chart-tip ${x(at) > width / 2 ? 'chart-tip-left' : ''}`} style={{ left: x(at) }}>
          {tooltip(at)}
        </div>
      )}
    </div>
  );
}

function Bar({ day, x, y, base, slot, hatch }: { day: ChartDay; x: number; y: number; base: number; slot: number; hatch: string }) {
  if (day.value === null) return null;
  const width = Math.max(2, Math.min(54, slot * 0.64));
  const height = Math.max(day.value > 0 ? 1.5 : 0, base - y);
  const shape = { x: x - width / 2, y: base - height, width, height, rx: Math.min(2.5, width / 4) };
  const now = day.partial || day.pale;
  return (
    <>
      <rect className={now ? 'chart-bar chart-bar-now' : 'chart-bar'} {...shape} />
      {now && <rect fill={`url(#${hatch})`} {...shape} />}
    </>
  );
}

// Dashed, on a halo that keeps it readable over bars; a day on its own is a short level stroke.
function PreviousLine({ segment, slot }: { segment: Point[]; slot: number }) {
  const [first] = segment;
  const reach = Math.min(30, slot * 0.4);
  const path = segment.length === 1 && first ? `M${first.x - reach} ${first.y}h${2 * reach}` : linePath(segment);
  return (
    <>
      <path className="chart-halo" d={path} />
      <path className="chart-previous" d={path} />
    </>
  );
}

function Marks({ day, x, y, bars }: { day: ChartDay | undefined; x: number; y: (value: number) => number; bars: boolean }) {
  if (!day) return null;
  return (
    <>
      {day.previous !== null && <circle className="chart-dot-previous" cx={x} cy={y(day.previous)} r="3.5" />}
      {!bars && day.value !== null && <circle className="chart-dot" cx={x} cy={y(day.value)} r="4" />}
    </>
  );
}

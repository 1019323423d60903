// The one chart: values by day as bars (up to a month) or a line, the previous period dashed, unknown days as
// hatched gaps. Drawn with visx as SVG: sharp in print, every colour from chart.css. Nothing outside this folder
// knows how it is drawn.
import { AxisBottom, AxisLeft } from '@visx/axis';
import { GridRows } from '@visx/grid';
import { PatternLines } from '@visx/pattern';
import { useParentSize, type UseParentSizeConfig } from '@visx/responsive';
import { scaleBand } from '@visx/scale';
import { AreaClosed, Bar, Line, LinePath } from '@visx/shape';
import { useEffect, useId, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { alone, labelled, textWidth, valueScale } from './scale';

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
const LEFT = 62; // at least, so that another metric doesn't move the days
const LEFT_NARROW = 44;
const TICK_SIZE = 12; // of chart.css
const TICK_GAP = 8;
const RIGHT = 10;
const MOST_BARS = 31;
const NARROW = 480;
const PAPER = 700; // about as wide as an A4 sheet between its margins

// One object for good: another one in each rendering would make visx measure anew each time.
const MEASURED: UseParentSizeConfig = { debounceTime: 40, ignoreDimensions: ['height', 'top', 'left'] };

// Nobody knows, or what was nothing is known to be out of date: a bar of no height would say neither.
const isGap = (day: ChartDay) => day.value === null || (day.pale && day.value === 0);

// Where everything is in a drawing of this width.
function layout(days: ChartDay[], width: number, whole: boolean, axis: Props['axis']) {
  const base = HEIGHT - BOTTOM - (days.some((day) => day.sublabel !== undefined) ? SUBLABEL : 0);
  const { scale: y, ticks } = valueScale(Math.max(0, ...days.flatMap((day) => [day.value ?? 0, day.previous ?? 0])), whole, [base, TOP]);
  const left = Math.max(width < NARROW ? LEFT_NARROW : LEFT, TICK_GAP + Math.max(0, ...ticks.map((tick) => textWidth(axis(tick), TICK_SIZE))));
  const right = Math.max(left + 1, width - RIGHT);
  const slots = scaleBand<number>({ domain: days.map((_, place) => place), range: [left, right] });
  const slot = slots.bandwidth();
  const x = (place: number) => (slots(place) ?? left) + slot / 2;
  return { width, left, right, base, slots, slot, x, y, ticks, bars: days.length <= MOST_BARS };
}

type Layout = ReturnType<typeof layout>;

// The sheet is laid out at once, before any observer hears of its width.
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}

export function Chart({ days, title, summary, axis, whole, tooltip, spoken, help, onOpen }: Props) {
  const { parentRef, width: onScreen } = useParentSize(MEASURED);
  const width = usePrinting() ? PAPER : onScreen;
  const [cursor, setCursor] = useState<number | null>(null);
  const id = useId();
  const drawn = layout(days, Math.floor(width), whole, axis);
  const { left, slot, x, base } = drawn;
  const count = days.length;
  const at = cursor !== null && cursor < count ? cursor : null;
  const within = (place: number) => Math.min(count - 1, Math.max(0, place));

  const placeUnder = (event: MouseEvent) => within(Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - left) / slot));
  const onKey = (event: KeyboardEvent) => {
    const from = at ?? count;
    const moves: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: at === null ? 0 : from + 1, Home: 0, End: count - 1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setCursor(within(to));
    } else if ((event.key === 'Enter' || event.key === ' ') && at !== null && onOpen) {
      event.preventDefault();
      onOpen(at);
    } else if (event.key === 'Escape') setCursor(null);
  };

  return (
    <div className="chart" ref={parentRef}>
      {width > 0 && (
        <svg
          className={onOpen ? 'chart-open' : undefined}
          width={drawn.width}
          height={HEIGHT}
          viewBox={`0 0 ${drawn.width} ${HEIGHT}`}
          tabIndex={0}
          role="application"
          aria-label={title}
          aria-describedby={`${id}-summary`}
          onKeyDown={onKey}
          onBlur={() => setCursor(null)}
          onPointerMove={(event) => setCursor(placeUnder(event))}
          onPointerLeave={() => setCursor(null)}
          onClick={(event) => onOpen?.(placeUnder(event))}
        >
          <PatternLines id={`${id}-hatch`} className="chart-hatch" width={10} height={10} orientation={['diagonal']} />
          <Axes days={days} drawn={drawn} axis={axis} />
          {at !== null && <Bar className="chart-cursor" x={x(at) - slot / 2} y={TOP} width={slot} height={base - TOP} />}
          {days.map((day, place) =>
            isGap(day) ? <Bar key={day.key} className="chart-gap" fill={`url(#${id}-hatch)`} x={x(place) - slot / 2} y={TOP} width={slot} height={base - TOP} /> : null,
          )}
          {drawn.bars ? days.map((day, place) => <DayBar key={day.key} day={day} place={place} drawn={drawn} hatch={`${id}-hatch`} />) : <Values days={days} drawn={drawn} />}
          <Previous days={days} drawn={drawn} />
          {at !== null && <Marks day={days[at]} place={at} drawn={drawn} />}
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

function Axes({ days, drawn, axis }: { days: ChartDay[]; drawn: Layout; axis: Props['axis'] }) {
  const { width, left, right, base, slots, x, y, ticks } = drawn;
  return (
    <>
      <GridRows className="chart-grid" scale={y} left={left} width={right - left} tickValues={ticks} />
      <AxisLeft
        scale={y}
        left={left}
        tickValues={ticks}
        tickFormat={(value) => axis(Number(value))}
        hideAxisLine
        hideTicks
        tickComponent={({ x: end, y: middle, formattedValue }) => (
          <text className="chart-tick" x={end} y={middle} dy="0.33em" textAnchor="end">
            {formattedValue}
          </text>
        )}
      />
      <AxisBottom
        scale={slots}
        top={base}
        axisLineClassName="chart-base"
        tickValues={labelled(days.length, right - left, width < NARROW ? 60 : 82)}
        ticksComponent={({ ticks: shown }) => shown.map(({ value }) => <DayLabel key={value} day={days[value]} x={x(value)} end={width} />)}
      />
    </>
  );
}

function DayLabel({ day, x, end }: { day: ChartDay | undefined; x: number; end: number }) {
  if (!day) return null;
  return (
    <text className={`chart-label ${day.partial ? 'chart-label-now' : ''}`} x={Math.min(x, end - 4 - day.label.length * 3.4)} y={18} textAnchor="middle">
      {day.label}
      {day.sublabel !== undefined && (
        <tspan className="chart-sublabel" x={x} dy="14">
          {day.sublabel}
        </tspan>
      )}
    </text>
  );
}

function DayBar({ day, place, drawn, hatch }: { day: ChartDay; place: number; drawn: Layout; hatch: string }) {
  if (day.value === null) return null;
  const { slot, x, y, base } = drawn;
  const width = Math.max(2, Math.min(54, slot * 0.64));
  const height = Math.max(day.value > 0 ? 1.5 : 0, base - y(day.value));
  const shape = { x: x(place) - width / 2, y: base - height, width, height, rx: Math.min(2.5, width / 4) };
  const now = day.partial || day.pale;
  return (
    <>
      <Bar className={now ? 'chart-bar chart-bar-now' : 'chart-bar'} {...shape} />
      {now && <Bar fill={`url(#${hatch})`} {...shape} />}
    </>
  );
}

// What visx asks for to draw a line through the days that have a value.
function through(drawn: Layout, valueOf: (day: ChartDay) => number | null) {
  return {
    x: (_: ChartDay, place: number) => drawn.x(place),
    y: (day: ChartDay) => drawn.y(valueOf(day) ?? 0),
    defined: (day: ChartDay) => valueOf(day) !== null,
  };
}

function Values({ days, drawn }: { days: ChartDay[]; drawn: Layout }) {
  const line = through(drawn, (day) => day.value);
  return (
    <>
      <AreaClosed className="chart-area" data={days} yScale={drawn.y} {...line} />
      <LinePath className="chart-line" data={days} {...line} />
      {alone(days.map((day) => day.value)).map((place) => (
        <circle key={place} className="chart-dot" cx={drawn.x(place)} cy={drawn.y(days[place]?.value ?? 0)} r="2" />
      ))}
    </>
  );
}

// Dashed, on a halo that keeps it readable over bars; a day on its own is a short level stroke.
function Previous({ days, drawn }: { days: ChartDay[]; drawn: Layout }) {
  const line = through(drawn, (day) => day.previous);
  const reach = Math.min(30, drawn.slot * 0.4);
  return (
    <>
      {['chart-halo', 'chart-previous'].map((name) => (
        <g key={name}>
          <LinePath className={name} data={days} {...line} />
          {alone(days.map((day) => day.previous)).map((place) => {
            const level = drawn.y(days[place]?.previous ?? 0);
            return <Line key={place} className={name} from={{ x: drawn.x(place) - reach, y: level }} to={{ x: drawn.x(place) + reach, y: level }} />;
          })}
        </g>
      ))}
    </>
  );
}

function Marks({ day, place, drawn }: { day: ChartDay | undefined; place: number; drawn: Layout }) {
  if (!day) return null;
  const { x, y, bars } = drawn;
  return (
    <>
      {day.previous !== null && <circle className="chart-dot-previous" cx={x(place)} cy={y(day.previous)} r="3.5" />}
      {!bars && day.value !== null && <circle className="chart-dot" cx={x(place)} cy={y(day.value)} r="4" />}
    </>
  );
}

// The row of figures. Each is also the button that puts its metric into the chart below.
import type { CSSProperties } from 'react';
import { METRICS, type Metric } from '../../api/types';
import { Change } from '../../components/change';
import { Sparkline } from '../../components/chart/sparkline';
import { Icon } from '../../components/icons';
import { Popover } from '../../components/popover';
import { useLanguage } from '../../i18n/context';
import { setParams } from '../../lib/location';
import { metricText } from '../../lib/metric-format';
import { compared, comparedPart, drawnValue, windowGap, type Span } from './metrics-data';
import { windowGapText } from './words';

interface Props {
  span: Span;
  metric: Metric;
  onChoose: (metric: Metric) => void;
}

export function Figures({ span, metric, onChoose }: Props) {
  const { m, f } = useLanguage();
  // One that is long makes all of them smaller (figures.css): side by side they have one size.
  const longest = Math.max(...METRICS.map((each) => metricText(f, each, compared(span, each).kpi.value).length));
  return (
    <section className="figures-row" style={{ '--longest': longest } as CSSProperties} aria-label={m.overview.cards}>
      {METRICS.map((each) => (
        <Figure key={each} span={span} metric={each} chosen={each === metric} onChoose={onChoose} />
      ))}
    </section>
  );
}

function Figure({ span, metric, chosen, onChoose }: Props & { chosen: boolean }) {
  const { m, f } = useLanguage();
  const { kpi, days } = compared(span, metric);
  const text = metricText(f, metric, kpi.value);
  const series = span.series;
  const unfinished = series.at(-1)?.partial === true;
  const ofVisits = metric === 'visits' || metric === 'conversion';
  const gap = kpi.value === null ? windowGap(span, metric) : null;
  const part = comparedPart(kpi);
  const before = kpi.previous === null ? '' : `${part === null ? '' : `${metricText(f, metric, part)} · `}${m.overview.versus(metricText(f, metric, kpi.previous))}`;
  return (
    <div className={`figure ${chosen ? 'figure-chosen' : ''}`}>
      <button type="button" className="figure-button" aria-pressed={chosen} title={m.overview.showInChart(m.metric[metric])} onClick={() => onChoose(metric)}>
        <span className="figure-name">{m.metric[metric]}</span>
        <span className="figure-value">{text}</span>
        <span className="figure-compare">
          <span className="figure-change">
            {gap !== null ? <span className="change change-none">{windowGapText(m, gap)}</span> : days && !ofVisits ? <span className="change change-none">{m.overview.fewDays(days.known, days.all)}</span> : <Change kpi={kpi} />}
            {part !== null && <span className="figure-part">{m.overview.wholeDays}</span>}
          </span>
          <span className="figure-before">{before}</span>
        </span>
        <Sparkline values={series.map((day) => (day.state === 'stale' && day[metric] === 0 ? null : drawnValue(day, metric)))} end={series.length - (unfinished ? 2 : 1)} />
      </button>
      <Popover label={m.definition.about(m.metric[metric])} align="end" buttonClass="figure-help" button={<Icon name="help" size={16} />}>
        {(close) => <Definition span={span} metric={metric} close={close} />}
      </Popover>
    </div>
  );
}

function Definition({ span, metric, close }: { span: Span; metric: Metric; close: () => void }) {
  const { m, f } = useLanguage();
  const { comparison } = span;
  const { kpi, days } = compared(span, metric);
  const ofVisits = metric === 'visits' || metric === 'conversion';
  const range = f.range(comparison.from, comparison.to);
  const sales = comparison.cutAt === null ? m.definition.compareWhole(range) : m.definition.compareCut(range, f.time(comparison.cutAt));
  const visits = comparison.visits.from === null || comparison.visits.to === null ? m.definition.noCompare : m.definition.compareComplete(f.range(comparison.visits.from, comparison.visits.to));
  const rows: [string, number | null][] = [[m.definition.value, kpi.value]];
  const part = comparedPart(kpi);
  if (part !== null) rows.push([m.definition.compared, part]);
  rows.push([m.definition.before, kpi.previous]);
  return (
    <div className="definition">
      <p>{m.definition[metric]}</p>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{metricText(f, metric, value)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{ofVisits ? visits : sales}</p>
      {days && <p className="muted">{ofVisits ? m.definition.fewVisits(days.known, days.all) : m.definition.fewDays(days.known, days.all)}</p>}
      <button
        type="button"
        className="link"
        onClick={() => {
          close();
          setParams({ why: metric });
        }}
      >
        {m.why.ask} <Icon name="right" size={13} />
      </button>
    </div>
  );
}

// The chart of one metric, or the same as a table; to take away as CSV or image.
import { useRef, useState } from 'react';
import { METRICS, type Metric } from '../../api/types';
import { Button } from '../../components/button';
import { Chart, type ChartDay } from '../../components/chart/chart';
import { copyImage } from '../../components/chart/to-image';
import { Icon } from '../../components/icons';
import { ScrollBox } from '../../components/scroll-box';
import { useLanguage } from '../../i18n/context';
import { csvStyle, toCsv } from '../../lib/csv';
import { download, downloadCsv, fileName } from '../../lib/download';
import { setParams, usePlace } from '../../lib/location';
import { isCount, kpiChange, metricShort, metricText } from '../../lib/metric-format';
import { cancelledOf, compared, comparedPart, drawnValue, previousValue, seriesRows, type ShownDay, type Span } from './metrics-data';
import { marksOf, notes } from './words';

interface Props {
  span: Span;
  metric: Metric;
  name: string; // in file names: the tenant or the listing, and the marketplace it is filtered by
  about: string; // the same on a picture
  onOpenDay: (date: string) => void;
}

export function SeriesPanel({ span, metric, name, about, onOpenDay }: Props) {
  const { m, f, locale } = useLanguage();
  const asTable = usePlace().params.get('view') === 'table';
  const [said, setSaid] = useState('');
  const panel = useRef<HTMLElement>(null);
  const { from, to } = span.period;
  const title = m.overview.chartOf(m.metric[metric]);
  const csv = () => {
    const names = METRICS.map((each) => m.metric[each]);
    const header = [m.listings.day, ...names, m.metric.cancelledOrders, m.metric.cancelledRevenue, m.overview.dayState, `${m.listings.day} (${m.overview.previousPeriod})`, ...names.map((each) => `${each} (${m.overview.previousPeriod})`)];
    const said = (day: ShownDay) => marksOf(day, m).map((mark) => mark.text).join(', ');
    downloadCsv(fileName([name, m.listings.daily.toLowerCase(), from, to], 'csv'), toCsv(header, seriesRows(span, said), csvStyle(locale)));
  };
  const image = async () => {
    const svg = panel.current?.querySelector<SVGSVGElement>('.chart svg');
    if (!svg) return;
    const { kpi, days } = compared(span, metric);
    const ofVisits = metric === 'visits' || metric === 'conversion'; // of whole days only
    const comparable = days === null || ofVisits;
    const until = !ofVisits && span.comparison.cutAt !== null ? m.overview.todayUntil(f.time(span.comparison.cutAt)) : comparedPart(kpi) === null ? '' : m.overview.wholeDays;
    const saved = await copyImage(svg, {
      title,
      subtitle: `${about} · ${f.zone}`,
      total: metricText(f, metric, kpi.value),
      facts: [comparable ? kpiChange(f, kpi, m.overview.points) : '', until].filter((fact) => fact !== '').join(' · '),
      now: f.range(from, to),
      before: f.range(span.comparison.from, span.comparison.to),
    });
    if (saved) download(fileName([name, m.metric[metric].toLowerCase(), from, to], 'png'), saved);
    setSaid(saved ? m.common.imageSaved : m.common.imageCopied);
  };
  return (
    <section className="panel panel-chart" ref={panel} aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        <div className="legend" aria-hidden="true">
          <span className="legend-now">{f.range(from, to)}</span>
          <span className="legend-before">{f.range(span.comparison.from, span.comparison.to)}</span>
        </div>
        <div className="panel-actions">
          <span role="status" className="muted">
            {said}
          </span>
          <Button look="quiet" icon={asTable ? 'chart' : 'table'} onClick={() => setParams({ view: asTable ? null : 'table' }, { replace: true })}>
            {asTable ? m.common.chart : m.common.table}
          </Button>
          {!asTable && (
            <Button look="quiet" icon="image" onClick={() => void image()}>
              {m.common.image}
            </Button>
          )}
          <Button look="quiet" icon="download" onClick={csv}>
            {m.common.csv}
          </Button>
        </div>
      </header>
      {asTable ? <SeriesTable span={span} onOpenDay={onOpenDay} /> : <SeriesChart span={span} metric={metric} title={title} onOpenDay={onOpenDay} />}
    </section>
  );
}

function SeriesChart({ span, metric, title, onOpenDay }: Omit<Props, 'name' | 'about'> & { title: string }) {
  const { m, f } = useLanguage();
  const series = span.series;
  const days: ChartDay[] = series.map((day, place) => ({
    key: day.date,
    label: f.day(day.date),
    ...(series.length <= 14 ? { sublabel: f.weekday(day.date) } : {}),
    value: drawnValue(day, metric),
    previous: previousValue(span.previousSeries[place], metric),
    partial: day.partial,
    pale: day.state !== 'computed' || !day.received,
  }));
  const { kpi } = compared(span, metric);
  const spoken = (place: number) => {
    const day = series[place];
    if (!day) return '';
    const before = previousValue(span.previousSeries[place], metric);
    return `${f.dayLong(day.date)}: ${metricText(f, metric, drawnValue(day, metric))}. ${m.overview.previousPeriod}: ${metricText(f, metric, before)}. ${notes(day, metric, m).join('. ')}`;
  };
  return (
    <Chart
      days={days}
      title={title}
      summary={`${f.range(span.period.from, span.period.to)}: ${metricText(f, metric, kpi.value)}. ${m.overview.previousPeriod}: ${metricText(f, metric, kpi.previous)}.`}
      help={m.overview.chartHelp}
      axis={(value) => metricShort(f, metric, value)}
      whole={isCount(metric)}
      tooltip={(place) => <Tip span={span} metric={metric} place={place} />}
      spoken={spoken}
      onOpen={(place) => {
        const day = series[place];
        if (day) onOpenDay(day.date);
      }}
    />
  );
}

function Tip({ span, metric, place }: { span: Span; metric: Metric; place: number }) {
  const { m, f } = useLanguage();
  const day = span.series[place];
  const before = span.previousSeries[place];
  if (!day) return null;
  return (
    <>
      <p className="tip-day">
        {f.weekday(day.date)} {f.day(day.date)}
        {day.partial && <span> · {m.overview.partial}</span>}
      </p>
      <p className="tip-row tip-now">
        <span>{m.metric[metric]}</span>
        <strong>{metricText(f, metric, drawnValue(day, metric))}</strong>
      </p>
      {before && (
        <p className="tip-row tip-before">
          <span>
            {f.weekday(before.date)} {f.day(before.date)}
          </span>
          <strong>{metricText(f, metric, previousValue(before, metric))}</strong>
        </p>
      )}
      {notes(day, metric, m).map((note) => (
        <p key={note} className="tip-note">
          {note}
        </p>
      ))}
    </>
  );
}

function SeriesTable({ span, onOpenDay }: { span: Span; onOpenDay: (date: string) => void }) {
  const { m, f } = useLanguage();
  return (
    <ScrollBox label={m.listings.daily} tall>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{m.listings.day}</th>
            {METRICS.map((metric) => (
              <th key={metric} scope="col" className="number">
                {m.metric[metric]}
              </th>
            ))}
            <th scope="col" className="number">{m.metric.cancelledOrders}</th>
            <th scope="col" className="screen-only">
              <span className="visually-hidden">{m.listings.why}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...span.series].reverse().map((day) => (
            <tr key={day.date}>
              <th scope="row">
                <span className="whole-word">
                  {f.weekday(day.date)} {f.dayNumeric(day.date)}
                </span>
                {marksOf(day, m).map(({ text, warn }) => (
                  <span key={text} className={`tag ${warn ? 'tag-warn' : ''}`}>
                    {text}
                  </span>
                ))}
              </th>
              {METRICS.map((metric) => (
                <td key={metric} className="number" title={notes(day, metric, m).join('. ') || undefined}>
                  {metricText(f, metric, drawnValue(day, metric))}
                </td>
              ))}
              <td className="number">{f.whole(cancelledOf(day)?.orders ?? null)}</td>
              <td className="number screen-only">
                <button type="button" className="link" aria-label={m.listings.whyFor(f.day(day.date))} onClick={() => onOpenDay(day.date)}>
                  {m.listings.why} <Icon name="right" size={13} />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

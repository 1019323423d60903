// "Why this number", of a whole period: the days it is made of, each of which opens its listings and orders.
// Stands in the URL as ?why=METRIC.
import type { Metric } from '../../api/types';
import { Dialog } from '../../components/dialog';
import { Icon } from '../../components/icons';
import { useLanguage } from '../../i18n/context';
import { closeOver, setParams } from '../../lib/location';
import { metricText } from '../../lib/metric-format';
import { addsUp, compared, drawnValue, gapOf, isRate, type ShownDay, type Span } from './metrics-data';
import { gapText } from './words';

export function PeriodDrawer({ span, metric }: { span: Span; metric: Metric }) {
  const { m, f } = useLanguage();
  const { value } = compared(span, metric).kpi;
  const sum = addsUp(span, metric);
  return (
    <Dialog kind="drawer" title={m.day.title} onClose={() => closeOver({ why: null })}>
      <div className="day-head">
        <h3 className="explained-title">
          {m.metric[metric]}: {metricText(f, metric, value)}
        </h3>
        <p className="muted">{f.range(span.period.from, span.period.to)}</p>
      </div>
      <p>{m.definition[metric]}</p>
      {metric === 'averageTicket' && value !== null && <p>{m.why.ticket(f.money(span.kpis.revenue.value), span.kpis.orders.value ?? 0, f.money(value))}</p>}
      {sum !== null && (
        <p className={`verdict ${sum ? 'verdict-good' : 'verdict-warn'}`}>
          <Icon name={sum ? 'check' : 'alert'} />
          {sum ? m.why.adds(span.series.length) : m.why.differs}
        </p>
      )}
      <p className="muted">{isRate(metric) ? m.why.rate : m.why.lead}</p>
      <ul className="day-list">
        {[...span.series].reverse().map((day) => (
          <li key={day.date}>
            <DayButton day={day} metric={metric} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function DayButton({ day, metric }: { day: ShownDay; metric: Metric }) {
  const { m, f } = useLanguage();
  const gap = gapOf(day, metric);
  return (
    <button type="button" onClick={() => setParams({ day: day.date })}>
      <span className="day-what">
        <span>
          {f.weekday(day.date)} {f.dayNumeric(day.date)}
          {day.partial && <span className="tag">{m.overview.partial}</span>}
          {(day.state === 'stale' || day.state === 'notComputed') && <span className="tag tag-warn">{m.overview.stale}</span>}
        </span>
        {gap !== null && <small>{gapText(m, day, gap)}</small>}
      </span>
      <strong>{metricText(f, metric, drawnValue(day, metric))}</strong>
      <Icon name="right" size={15} />
    </button>
  );
}

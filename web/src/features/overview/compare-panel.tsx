// 7 days beside 30, as averages a day; and the proof that one is the tail of the other.
import { useQuery } from '@tanstack/react-query';
import { overviewQuery, type Filters } from '../../api/queries';
import { useSession } from '../../api/session';
import { Change } from '../../components/change';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/panel';
import { ScrollBox } from '../../components/scroll-box';
import { ErrorState, Skeleton } from '../../components/states';
import { numeric, TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { averageText, metricText } from '../../lib/metric-format';
import { compared, isTail, pace, perDay, spanOf, windowGap } from '../metrics/metrics-data';
import { windowGapHint } from '../metrics/words';

const AVERAGED = ['revenue', 'orders', 'units', 'visits'] as const;
const RATES = ['averageTicket', 'conversion'] as const;

export function ComparePanel({ filters }: { filters: Filters }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const answers = [useQuery(overviewQuery(tenant.id, { days: 7 }, filters)), useQuery(overviewQuery(tenant.id, { days: 30 }, filters))] as const;
  const [{ data: week }, { data: month }] = answers;
  if (!week || !month) {
    const failed = answers.find((answer) => answer.error !== null && answer.data === undefined);
    return (
      <section className="panel">
        {failed?.error ? <ErrorState error={failed.error} retry={() => void failed.refetch()} /> : <Skeleton kind="row" rows={6} />}
      </section>
    );
  }
  const [short, long] = [spanOf(week, f.zone), spanOf(month, f.zone)];
  const rows = [
    ...AVERAGED.map((metric) => ({ metric, daily: true, short: perDay(short, metric), long: perDay(long, metric), whole: [short, long].map((span) => compared(span, metric).kpi.value) })),
    ...RATES.map((metric) => ({ metric, daily: false, short: week.kpis[metric].value, long: month.kpis[metric].value, whole: [] })),
  ];
  // Where nobody knows anything there is nothing to agree.
  const gap = windowGap(long, 'revenue');
  const good = gap === null ? isTail(week, month) : null;
  return (
    <Panel title={m.overview.compare}>
      <ScrollBox label={m.overview.compare}>
        <table className="table table-compare">
          <TableHead columns={['', numeric(m.overview.last7), numeric(m.overview.last30), { ...numeric(m.overview.pace), title: m.overview.paceHint }]} />
          <tbody>
            {rows.map(({ metric, daily, short, long, whole }) => (
              <tr key={metric}>
                <th scope="row">
                  {m.metric[metric]} {daily && <span className="muted">{m.overview.perDay}</span>}
                  {daily && <small>{m.overview.inTotal}</small>}
                </th>
                {[short, long].map((value, place) => (
                  <td key={place} className="number" data-name={place === 0 ? m.overview.last7 : m.overview.last30}>
                    {daily ? averageText(f, metric, value) : metricText(f, metric, value)}
                    {daily && (
                      <small>
                        {metricText(f, metric, whole[place] ?? null)} <span className="compare-total">{m.overview.inTotal}</span>
                      </small>
                    )}
                  </td>
                ))}
                <td className="number" data-name={m.overview.pace}>
                  <Change kpi={pace(metric, short, long)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p className="muted compare-hint">{gap === null ? m.overview.compareHint : windowGapHint(m, gap)}</p>
      {good !== null && (
        <p className={`verdict ${good ? 'verdict-good' : 'verdict-warn'}`}>
          <Icon name={good ? 'check' : 'alert'} />
          {good ? m.overview.agree : m.overview.disagree}
        </p>
      )}
    </Panel>
  );
}

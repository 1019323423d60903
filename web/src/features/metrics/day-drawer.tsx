// "Why this number": a day, the listings it is made of, and the orders behind one of them. Where one is in
// it stands in the URL: ?day=, and &line= once a listing is open; &why= or &metric= say which number is asked about.
import { useQuery } from '@tanstack/react-query';
import { listingsQuery, overviewQuery, type Filters } from '../../api/queries';
import { useSession, useToday } from '../../api/session';
import { METRICS, type ListingRow, type Metric } from '../../api/types';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Icon } from '../../components/icons';
import { EmptyState, ErrorState, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import type { Messages } from '../../i18n/pt-BR';
import type { Day } from '../../lib/dates';
import type { Formats } from '../../lib/format';
import { closeOver, Link, pageUrl, setParams, usePlace } from '../../lib/location';
import { metricText } from '../../lib/metric-format';
import { Explanation } from '../explain/explanation';
import { dayList, dayQuestion, type DayList } from './day-data';
import { cancelledOf, drawnValue, gapOf, isMetric, spanOf, type ShownDay } from './metrics-data';
import { gapText } from './words';

export function DayDrawer({ day, row, filters }: { day: Day; row: ShownDay | undefined; filters: Filters }) {
  const { m } = useLanguage();
  const today = useToday();
  const { params } = usePlace();
  const line = filters.listing ?? params.get('line');
  const close = () => closeOver({ day: null, line: null, why: null });
  const asked = params.get('why') ?? params.get('metric');
  // What one came from: a listing's day from the day, the day from the days of a period.
  const back = filters.listing === null && line !== null ? { text: m.day.back, to: { line: null } } : params.has('why') ? { text: m.why.back, to: { day: null } } : null;
  return (
    <Dialog kind="drawer" title={m.day.title} onClose={close}>
      {day > today ? (
        <EmptyState icon="clock" title={m.day.future} hint={m.day.futureHint}>
          <Button onClick={close}>{m.common.close}</Button>
        </EmptyState>
      ) : (
        <>
          {back && (
            <Button look="quiet" icon="left" onClick={() => setParams(back.to)}>
              {back.text}
            </Button>
          )}
          {line === null ? <WholeDay day={day} row={row} metric={isMetric(asked) ? asked : 'revenue'} marketplace={filters.marketplace} /> : <Explanation listing={line} date={day} />}
        </>
      )}
    </Dialog>
  );
}

interface Props {
  day: Day;
  row: ShownDay | undefined;
  metric: Metric;
  marketplace: string | null;
}

// `row` is what the page knows of the day already; the day asked for by itself says it of any day.
function WholeDay({ day, row, metric, marketplace }: Props) {
  const { f } = useLanguage();
  const { tenant } = useSession();
  const whole = useQuery(overviewQuery(tenant.id, { from: day, to: day }, { marketplace, listing: null }));
  const listings = useQuery(listingsQuery(tenant.id, dayQuestion(day, metric, marketplace)));
  const known = whole.isPlaceholderData || !whole.data ? row : spanOf(whole.data, f.zone).series[0];
  const failed = [whole, listings].find((answer) => answer.error !== null && !answer.data);
  const ready = whole.data && listings.data && !whole.isPlaceholderData && !listings.isPlaceholderData;
  return (
    <>
      <div className="day-head">
        <h3 className="explained-title">{f.dayLong(day)}</h3>
        {known && <DayFigures row={known} />}
      </div>
      {failed?.error ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : ready && known ? (
        <Listings list={dayList(whole.data, listings.data, metric)} day={known} metric={metric} />
      ) : (
        <Skeleton kind="row" rows={8} />
      )}
    </>
  );
}

function DayFigures({ row }: { row: ShownDay }) {
  const { m, f } = useLanguage();
  const cancelled = cancelledOf(row);
  return (
    <>
      <dl className="figures">
        {METRICS.map((metric) => (
          <div key={metric}>
            <dt>{m.metric[metric]}</dt>
            <dd>{metricText(f, metric, drawnValue(row, metric))}</dd>
          </div>
        ))}
      </dl>
      {cancelled && (
        <p className="muted">
          {m.overview.cancelled}: {cancelled.orders === 0 ? m.day.cancelledNone : `${m.overview.cancelledLine(cancelled.orders, f.money(cancelled.revenue))} (${m.overview.cancelledNote})`}
        </p>
      )}
    </>
  );
}

function Listings({ list, day, metric }: { list: DayList; day: ShownDay; metric: Metric }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const ofVisits = metric === 'visits' || metric === 'conversion';
  const gap = gapOf(day, metric);
  if (list.rows.length === 0) return <p className="muted">{gap !== null && gap !== 'noOrders' && gap !== 'noVisits' ? `${gapText(m, day, gap)}.` : ofVisits ? m.day.noVisits : m.day.noSales}</p>;
  const all = pageUrl('/app/listings', params, { period: null, from: day.date, to: day.date, sort: dayQuestion(day.date, metric, null).sort });
  return (
    <>
      <p className="muted">{ofVisits ? m.day.leadVisits : m.day.lead}</p>
      <ul className="day-list">
        {list.rows.map((row) => (
          <li key={row.id}>
            <button type="button" onClick={() => setParams({ line: row.id })}>
              <span className="day-what">
                <span className="clip">{row.title}</span>
                <small>{beside(row, metric, m, f)}</small>
              </span>
              <strong>{metricText(f, metric, row[metric])}</strong>
              <Icon name="right" size={15} />
            </button>
          </li>
        ))}
        {list.rest && (
          <li>
            <Link href={all}>
              <span className="day-what">
                <span className="clip">{m.overview.others(list.rest.count)}</span>
                <small>{m.overview.seeAll}</small>
              </span>
              <strong>{list.rest.value === null ? '' : metricText(f, metric, list.rest.value)}</strong>
              <Icon name="right" size={15} />
            </Link>
          </li>
        )}
      </ul>
      {list.overlap && <p className="muted">{m.day.differs}</p>}
    </>
  );
}

// What is said of a listing besides the figure it is listed for.
function beside(row: ListingRow, metric: Metric, m: Messages, f: Formats): string {
  const said = m.day.counts(row.orders, row.visits);
  return metric === 'revenue' || row.orders === 0 ? said : `${said} · ${f.money(row.revenue)}`;
}

// "Why this number": a day, the listings that sold on it, and the orders behind one of them. Where one is in
// it stands in the URL: ?day=, and &line= once a listing is open.
import { useQuery } from '@tanstack/react-query';
import { listingsQuery, type Filters } from '../../api/queries';
import { useSession } from '../../api/session';
import { METRICS } from '../../api/types';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Icon } from '../../components/icons';
import { ErrorState, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import type { Day } from '../../lib/dates';
import { setParams, usePlace } from '../../lib/location';
import { metricText } from '../../lib/metric-format';
import { Explanation } from '../explain/explanation';
import { drawnValue, type ShownDay } from './metrics-data';

const SHOWN = 25;

export function DayDrawer({ day, row, filters }: { day: Day; row: ShownDay | undefined; filters: Filters }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const line = filters.listing ?? params.get('line');
  return (
    <Dialog kind="drawer" title={m.day.title} onClose={() => setParams({ day: null, line: null, why: null })}>
      {line === null ? (
        <>
          {params.has('why') && (
            <Button look="quiet" icon="left" onClick={() => setParams({ day: null })}>
              {m.why.back}
            </Button>
          )}
          <div className="day-head">
            <h3 className="explained-title">{f.dayLong(day)}</h3>
            {row && <DayFigures row={row} />}
          </div>
          <DayListings day={day} filters={filters} />
        </>
      ) : (
        <>
          {filters.listing === null ? (
            <Button look="quiet" icon="left" onClick={() => setParams({ line: null })}>
              {m.day.back}
            </Button>
          ) : (
            params.has('why') && (
              <Button look="quiet" icon="left" onClick={() => setParams({ day: null })}>
                {m.why.back}
              </Button>
            )
          )}
          <Explanation listing={line} date={day} />
        </>
      )}
    </Dialog>
  );
}

function DayFigures({ row }: { row: ShownDay }) {
  const { m, f } = useLanguage();
  return (
    <dl className="figures">
      {METRICS.map((metric) => (
        <div key={metric}>
          <dt>{m.metric[metric]}</dt>
          <dd>{metricText(f, metric, drawnValue(row, metric))}</dd>
        </div>
      ))}
    </dl>
  );
}

function DayListings({ day, filters }: { day: Day; filters: Filters }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const question = { query: { from: day, to: day }, q: '', status: '', marketplace: filters.marketplace, sort: '-revenue', limit: SHOWN, offset: 0 };
  const { data, error, isPlaceholderData, refetch } = useQuery(listingsQuery(tenant.id, question));
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data || isPlaceholderData) return <Skeleton kind="row" rows={8} />;
  const sold = data.listings.filter((row) => row.orders > 0);
  if (sold.length === 0) return <p className="muted">{m.day.noSales}</p>;
  return (
    <>
      <p className="muted">{m.day.lead}</p>
      <ul className="day-list">
        {sold.map((row) => (
          <li key={row.id}>
            <button type="button" onClick={() => setParams({ line: row.id })}>
              <span className="day-what">
                <span className="clip">{row.title}</span>
                <small>
                  {m.day.counts(row.orders, row.visits)}
                </small>
              </span>
              <strong>{f.money(row.revenue)}</strong>
              <Icon name="right" size={15} />
            </button>
          </li>
        ))}
      </ul>
      {data.total > sold.length && sold.length < SHOWN && <p className="muted">{m.day.more(data.total - sold.length)}</p>}
      <p className="muted">{m.day.differs}</p>
    </>
  );
}

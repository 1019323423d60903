// Why one listing's number on one day is what it is: the orders, the rule, who wrote it, what it said before.
import { useQuery } from '@tanstack/react-query';
import { explainQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import type { Explanation as Explained } from '../../api/types';
import { ErrorState, isRefused, Skeleton } from '../../components/states';
import { Icon } from '../../components/icons';
import { ScrollBox } from '../../components/scroll-box';
import { numeric, TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import type { Day } from '../../lib/dates';
import { Link, pageUrl, usePlace } from '../../lib/location';
import { listingMark } from '../../lib/marketplaces';
import { agrees, rowText } from './explanation-data';

export function Explanation({ listing, date }: { listing: string; date: Day }) {
  const { tenant } = useSession();
  const { data, error, refetch } = useQuery(explainQuery(tenant.id, listing, date));
  if (error) return <ErrorState error={error} retry={isRefused(error) ? undefined : () => void refetch()} />;
  if (!data) return <Skeleton kind="row" rows={6} />;
  return <Told told={data} />;
}

function Told({ told }: { told: Explained }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const values = told.stored ?? told.expected;
  const figures: [string, string][] = [
    [m.metric.revenue, f.money(values.revenue)],
    [m.metric.orders, f.whole(values.orders)],
    [m.metric.units, f.whole(values.units)],
    [m.metric.visits, f.whole(values.visits)],
    [m.metric.conversion, f.percent(values.conversion)],
  ];
  const good = agrees(told);
  return (
    <div className="explained">
      <h3 className="explained-title">{told.listing.title}</h3>
      <p className="muted">
        {[listingMark(told.listing, false), f.dayLong(told.date)].filter((part) => part !== '').join(' · ')}
      </p>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={`verdict ${good ? 'verdict-good' : 'verdict-warn'}`}>
        <Icon name={good ? 'check' : 'clock'} />
        {good ? m.explain.agrees : told.stale ? m.explain.stale : m.explain.differs(f.money(told.expected.revenue))}
      </p>
      <h4>{m.explain.lines}</h4>
      {told.lines.length === 0 ? <p className="muted">{m.explain.noLines}</p> : <Lines told={told} />}
      <h4>{m.explain.rule}</h4>
      <p>{m.explain.ruleText}</p>
      <h4>{m.explain.writtenBy}</h4>
      {told.writtenBy === null ? (
        <p>{m.explain.notWritten}</p>
      ) : (
        <p>
          {m.explain.writtenAt(f.dateTimeFull(told.writtenBy.at), told.writtenBy.attempt)}{' '}
          {told.writtenBy.jobId !== null && <Link href={pageUrl(`/app/jobs/${told.writtenBy.jobId}`, params)}>{m.explain.seeJob}</Link>}
          <br />
          <span className="muted">{told.previous === null ? m.explain.neverChanged : m.explain.before(rowText(told.previous, m.metric, f))}</span>
        </p>
      )}
    </div>
  );
}

function Lines({ told }: { told: Explained }) {
  const { m, f } = useLanguage();
  return (
    <ScrollBox label={m.explain.lines}>
      <table className="table table-tight">
        <TableHead
          columns={[m.explain.order, { name: m.explain.paidAt, className: 'narrow-out' }, m.explain.status, numeric(m.explain.quantity), numeric(m.explain.amount)]}
        />
        <tbody>
          {told.lines.map((line) => (
            <tr key={`${line.orderId}-${line.line}`} className={line.counting === 'sale' ? undefined : 'row-apart'}>
              <th scope="row" className="mono">
                {line.orderId}
                <small className="phone-only">{f.dateTime(line.paidAt ?? line.orderedAt)}</small>
              </th>
              <td className="narrow-out">{f.dateTime(line.paidAt ?? line.orderedAt)}</td>
              <td>
                {m.explain.orderStatus[line.status]}
                {line.counting !== 'sale' && <span className="muted"> · {m.explain.counting[line.counting]}</span>}
              </td>
              <td className="number">{f.whole(line.quantity)}</td>
              <td className="number">{f.moneyIn(line.amount, line.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

// Which listings the total comes from; all others are one line, so that the column adds up.
import type { Overview } from '../../api/types';
import { Button } from '../../components/button';
import { Choice } from '../../components/choice';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/panel';
import { ShareBar } from '../../components/share-bar';
import { EmptyState } from '../../components/states';
import { numeric, TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { csvStyle, toCsv } from '../../lib/csv';
import { downloadCsv, fileName } from '../../lib/download';
import { listingMark, marketplaceName } from '../../lib/marketplaces';
import { Link, pageUrl, setParams, usePlace } from '../../lib/location';
import { ordersOverlap, ranking, rankingRows, windowGap, type Span } from '../metrics/metrics-data';
import { windowGapHint } from '../metrics/words';

export function RankingPanel({ overview, span, name }: { overview: Overview; span: Span; name: string }) {
  const { m, f, locale } = useLanguage();
  const { params } = usePlace();
  const which = params.get('ranking') === 'bottom' ? 'bottom' : 'top';
  const found = ranking(overview, which);
  // Where the store sells on several, ids may be the same.
  const several = overview.byMarketplace.length > 1;
  const restName = which === 'top' ? m.overview.others(found.rest.count) : m.overview.between(found.rest.count);
  const csv = () => {
    const header = ['ID', m.overview.listing, ...(several ? [m.filter.marketplace] : []), m.metric.revenue, m.metric.orders, m.metric.units, m.overview.share];
    downloadCsv(fileName([name, m.overview[which].toLowerCase(), overview.period.from, overview.period.to], 'csv'), toCsv(header, rankingRows(found, restName, several ? marketplaceName : undefined), csvStyle(locale)));
  };
  const most = Math.max(0.0001, ...found.rows.map((row) => row.share ?? 0));
  return (
    <Panel
      title={m.overview.ranking}
      tools={
        <>
          <Choice
            label={m.overview.ranking}
            value={which}
            options={[
              { value: 'top', label: m.overview.top },
              { value: 'bottom', label: m.overview.bottom },
            ]}
            onChange={(value) => setParams({ ranking: value === 'top' ? null : value }, { replace: true })}
          />
          <div className="panel-actions">
            <Button look="quiet" icon="download" onClick={csv}>
              {m.common.csv}
            </Button>
          </div>
        </>
      }
    >
      {overview.totalOrders === 0 ? (
        <NoSales span={span} />
      ) : (
        <>
          <table className="table table-ranking">
            <TableHead
              columns={[
                m.overview.listing,
                numeric(m.metric.revenue),
                { name: m.metric.orders, className: 'number narrow-out' },
                { name: m.metric.units, className: 'number narrow-out' },
                numeric(m.overview.share),
              ]}
            />
            <tbody>
              {found.rows.map((row) => (
                <tr key={row.id} className="row-link">
                  <th scope="row">
                    <button type="button" className="row-button" title={row.title} onClick={() => setParams({ listing: row.id })}>
                      <span className="clip">{row.title}</span>
                      <small>{listingMark(row, several)}</small>
                    </button>
                  </th>
                  <td className="number">{f.money(row.revenue)}</td>
                  <td className="number narrow-out">{f.whole(row.orders)}</td>
                  <td className="number narrow-out">{f.whole(row.units)}</td>
                  <td className="number">
                    <ShareBar share={row.share} most={most} />
                  </td>
                </tr>
              ))}
              {found.rest.count > 0 && (
                <tr className="row-rest">
                  <th scope="row">{restName}</th>
                  <td className="number">{f.money(found.rest.revenue)}</td>
                  <td className="number narrow-out">{f.whole(found.rest.orders)}</td>
                  <td className="number narrow-out">{f.whole(found.rest.units)}</td>
                  <td className="number">{f.percent(found.rest.share, 1)}</td>
                </tr>
              )}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{m.common.total}</th>
                <td className="number">{f.money(overview.totalRevenue)}</td>
                <td className="number narrow-out">{f.whole(overview.totalOrders)}</td>
                <td className="number narrow-out">{f.whole(overview.totalUnits)}</td>
                <td />
              </tr>
            </tfoot>
          </table>
          <p className="panel-foot">
            <span className="muted">
              {m.overview.rankingHint} {ordersOverlap(found, overview.totalOrders) && m.overview.ordersOverlap}
            </span>
            <Link href={pageUrl('/app/listings', params)}>
              {m.overview.seeAll} <Icon name="right" size={13} />
            </Link>
          </p>
        </>
      )}
    </Panel>
  );
}

// Nothing sold, or nothing known: never the one for the other.
function NoSales({ span }: { span: Span }) {
  const { m } = useLanguage();
  const gap = windowGap(span, 'revenue');
  if (gap !== null) return <EmptyState icon="listings" title={m.overview.noNumbers} hint={windowGapHint(m, gap)} />;
  const isWhole = span.series.every((day) => day.state === 'computed' && day.received);
  return <EmptyState icon="listings" title={m.overview.noSales} hint={isWhole ? m.overview.noSalesHint : m.overview.noSalesStale} />;
}

// The page people look at every morning.
import { useQuery } from '@tanstack/react-query';
import { listingQuery, overviewQuery, type Filters } from '../../api/queries';
import { useSession, useToday } from '../../api/session';
import type { Overview } from '../../api/types';
import { Icon } from '../../components/icons';
import { PageHead } from '../../components/page-head';
import { EmptyState, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { isDay } from '../../lib/dates';
import { UNKNOWN } from '../../lib/format';
import { Link, pageUrl, setParams, usePlace } from '../../lib/location';
import { marketplaceName } from '../../lib/marketplaces';
import { shellWord } from '../../lib/shell';
import { parsePeriod, type Period } from '../../lib/period';
import { FreshnessBar } from '../freshness/freshness-bar';
import { ComparePanel } from './compare-panel';
import { DayDrawer } from '../metrics/day-drawer';
import { Figures } from '../metrics/figures';
import { FilteredError } from '../metrics/filtered-error';
import { MarketplaceSelect } from '../metrics/marketplace-select';
import { cancelledOf, isMetric, spanOf, windowGap, type Span } from '../metrics/metrics-data';
import { PeriodDrawer } from '../metrics/period-drawer';
import { PeriodPicker } from '../../components/period-picker';
import { RankingPanel } from './ranking-panel';
import { SeriesPanel } from '../metrics/series-panel';
import { windowGapText } from '../metrics/words';

export function OverviewPage() {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const today = useToday();
  const { params } = usePlace();
  const period = parsePeriod(params, today);
  const filters: Filters = { marketplace: params.get('marketplace'), listing: params.get('listing') };
  const numbers = useQuery(overviewQuery(tenant.id, period.query, filters));
  const { data, error, isPlaceholderData, refetch } = numbers;
  const day = params.get('day');
  const why = params.get('why');
  const chosen = useChosen(data, filters.listing, period.query);
  return (
    <>
      <PageHead title={m.overview.title} detail={`${f.range(period.from, period.to)} · ${m.app.zone(f.zone)}`}>
        <div className="controls">
          <MarketplaceSelect query={period.query} chosen={filters.marketplace} />
          <PeriodPicker period={period} />
        </div>
      </PageHead>
      <FreshnessBar series={data?.salesSeries} known={data?.freshness} numbers={numbers} />
      {filters.listing !== null && <ListingFilter id={filters.listing} title={chosen?.title} />}
      {data ? (
        <div className={isPlaceholderData ? 'settling' : undefined} aria-busy={isPlaceholderData}>
          {isEmpty(data) ? <Empty /> : <Filled overview={data} filters={filters} chosen={chosen} />}
        </div>
      ) : error ? (
        <FilteredError error={error} filters={filters} retry={() => void refetch()} />
      ) : (
        <Loading />
      )}
      {!isDay(day) && isMetric(why) && data && <PeriodDrawer span={spanOf(data, f.zone)} metric={why} />}
      {isDay(day) && <DayDrawer day={day} row={data && spanOf(data, f.zone).series.find((row) => row.date === day)} filters={filters} />}
    </>
  );
}

const isEmpty = (overview: Overview) => overview.totalListings === 0 && overview.freshness.ordersThrough === null;

// The listing that the page is about, as it is called; one that sold nothing in these days is in no ranking.
function useChosen(overview: Overview | undefined, id: string | null, query: Period['query']) {
  const { tenant } = useSession();
  const ranked = overview?.topListings.find((row) => row.id === id);
  const { data } = useQuery({ ...listingQuery(tenant.id, id ?? '', query), enabled: id !== null && overview !== undefined && ranked === undefined });
  return ranked ?? (data?.id === id ? data : undefined);
}

function Filled({ overview, filters, chosen }: { overview: Overview; filters: Filters; chosen: ReturnType<typeof useChosen> }) {
  const { f } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const where = filters.marketplace === null ? [] : [marketplaceName(filters.marketplace)];
  const name = [filters.listing === null ? tenant.name : (chosen?.externalId ?? filters.listing), ...where].join('-');
  const about = [chosen ? `${chosen.title} (${chosen.externalId})` : tenant.name, ...where].join(' · ');
  const asked = params.get('metric');
  const metric = isMetric(asked) ? asked : 'revenue';
  const span = spanOf(overview, f.zone);
  return (
    <>
      <Figures span={span} metric={metric} onChoose={(each) => setParams({ metric: each === 'revenue' ? null : each }, { replace: true })} />
      <SeriesPanel span={span} metric={metric} name={name} about={about} onOpenDay={(date) => setParams({ day: date })} />
      <Apart overview={overview} span={span} />
      <div className="columns">
        {filters.listing === null && <RankingPanel overview={overview} span={span} name={name} />}
        <ComparePanel filters={filters} />
      </div>
    </>
  );
}

// What is kept out of the totals, said where the totals are.
function Apart({ overview, span }: { overview: Overview; span: Span }) {
  const { m, f } = useLanguage();
  const { orders, revenue } = overview.cancelled;
  const gap = windowGap(span, 'revenue');
  const none = span.series.some((day) => cancelledOf(day) !== null) ? m.overview.cancelledNone : gap === null ? UNKNOWN : windowGapText(m, gap);
  return (
    <p className="apart">
      <strong>{m.overview.cancelled}</strong>
      <span>{orders === 0 ? none : m.overview.cancelledLine(orders, f.money(revenue))}</span>
      <span className="muted">{m.overview.cancelledNote}</span>
      {overview.otherCurrencies.map((other) => (
        <span key={other.currency} className="muted">
          {m.overview.otherCurrency(other.orders, f.moneyIn(other.revenue, other.currency))}
        </span>
      ))}
    </p>
  );
}

function ListingFilter({ id, title }: { id: string; title: string | undefined }) {
  const { m } = useLanguage();
  const { params } = usePlace();
  return (
    <div className="filters">
      <span className="chip">
        <Icon name="filter" size={15} />
        {title !== undefined && <span className="print-only">{m.filter.onlyListing}:</span>}
        <span className="clip" title={title}>
          {title ?? m.filter.onlyListing}
        </span>
        <Link href={pageUrl(`/app/listings/${id}`, params)}>{m.filter.openListing}</Link>
        <button type="button" aria-label={m.filter.remove(title ?? '')} onClick={() => setParams({ listing: null, line: null })}>
          <Icon name="close" size={14} />
        </button>
      </span>
    </div>
  );
}

function Empty() {
  const { m } = useLanguage();
  const { tenant } = useSession();
  return (
    <EmptyState icon="overview" title={m.overview.empty} hint={m.overview.emptyHint}>
      <ol className="steps">
        <li>
          {m.overview.emptyStep}: <code>{`onda import orders ${m.overview.emptyFile} --tenant ${shellWord(tenant.name)}`}</code>
        </li>
        <li>
          {m.overview.emptyOr}: <code>POST /api/v1/ingest/orders</code> (<a href="/docs">{m.overview.apiDocs}</a>)
        </li>
      </ol>
    </EmptyState>
  );
}

function Loading() {
  return (
    <>
      <div className="figures-row figures-loading">
        <Skeleton kind="figure" rows={6} />
      </div>
      <div className="panel">
        <Skeleton kind="chart" />
      </div>
      <div className="columns">
        <div className="panel">
          <Skeleton kind="row" rows={8} />
        </div>
        <div className="panel">
          <Skeleton kind="row" rows={6} />
        </div>
      </div>
    </>
  );
}

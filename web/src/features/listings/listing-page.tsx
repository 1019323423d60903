// One listing: the same figures and the same chart as the overview, for it alone, and its days one by one.
import { useQuery } from '@tanstack/react-query';
import { listingQuery, type Filters } from '../../api/queries';
import { useSession, useToday } from '../../api/session';
import type { ListingRow } from '../../api/types';
import { BackLink } from '../../components/back-link';
import { Icon } from '../../components/icons';
import { PageHead } from '../../components/page-head';
import { PeriodPicker } from '../../components/period-picker';
import { ErrorState, isRefused, Missing, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { isDay } from '../../lib/dates';
import { Link, pageUrl, rowUrl, setParams, usePlace } from '../../lib/location';
import { listingMark } from '../../lib/marketplaces';
import { parsePeriod } from '../../lib/period';
import { FreshnessBar } from '../freshness/freshness-bar';
import { DayDrawer } from '../metrics/day-drawer';
import { Figures } from '../metrics/figures';
import { isMetric, spanOf } from '../metrics/metrics-data';
import { PeriodDrawer } from '../metrics/period-drawer';
import { SeriesPanel } from '../metrics/series-panel';

export function ListingPage({ id }: { id: string }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const today = useToday();
  const { params } = usePlace();
  const period = parsePeriod(params, today);
  const filters: Filters = { marketplace: null, listing: id };
  const numbers = useQuery(listingQuery(tenant.id, id, period.query));
  const { data: listing, error, isPlaceholderData, refetch } = numbers;
  const asked = params.get('metric');
  const metric = isMetric(asked) ? asked : 'revenue';
  const day = params.get('day');
  const why = params.get('why');
  const span = listing && spanOf(listing, f.zone);
  return (
    <>
      <BackLink href={rowUrl('/app/listings', params)}>{m.listings.back}</BackLink>
      <PageHead title={listing?.title ?? m.listings.listing} detail={listing && <Facts listing={listing} />}>
        <PeriodPicker period={period} />
      </PageHead>
      {listing && span ? (
        <>
          <FreshnessBar series={listing.series} known={listing.freshness} numbers={numbers} />
          <div className={isPlaceholderData ? 'settling' : undefined}>
            <Figures span={span} metric={metric} onChoose={(each) => setParams({ metric: each === 'revenue' ? null : each }, { replace: true })} />
            <SeriesPanel span={span} metric={metric} name={listing.externalId} about={`${listing.title} (${listing.externalId})`} onOpenDay={(date) => setParams({ day: date })} />
          </div>
          <p className="apart">
            <Link href={pageUrl('/', params, { listing: id })}>
              {m.listings.filterPage} <Icon name="right" size={13} />
            </Link>
          </p>
          {!isDay(day) && isMetric(why) && <PeriodDrawer span={span} metric={why} />}
          {isDay(day) && <DayDrawer day={day} row={span.series.find((row) => row.date === day)} filters={filters} />}
        </>
      ) : error ? (
        isRefused(error) ? (
          <Missing />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )
      ) : (
        <>
          <div className="figures-row figures-loading">
            <Skeleton kind="figure" rows={6} />
          </div>
          <div className="panel">
            <Skeleton kind="chart" />
          </div>
        </>
      )}
    </>
  );
}

function Facts({ listing }: { listing: ListingRow }) {
  const { m, f } = useLanguage();
  const facts = [
    listingMark(listing, true),
    m.listings.statusName[listing.status],
    listing.price === null ? null : f.moneyIn(listing.price, listing.currency),
    listing.stock === null ? null : `${m.listings.stock} ${f.whole(listing.stock)}`,
    listing.category,
  ];
  return <>{facts.filter((fact) => fact !== null && fact !== '').join(' · ')}</>;
}

// Every listing with the metrics of the period: search, sort, page through.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAct } from '../../api/act';
import { fetchListings, listingsQuery, NO_FILTERS, overviewQuery, type ListingsQuestion } from '../../api/queries';
import { useSession, useToday } from '../../api/session';
import type { ListingStatus } from '../../api/types';
import { Button } from '../../components/button';
import { Select } from '../../components/choice';
import { Icon } from '../../components/icons';
import { PageHead } from '../../components/page-head';
import { PastEnd, Pager } from '../../components/pager';
import { PeriodPicker } from '../../components/period-picker';
import { ScrollBox } from '../../components/scroll-box';
import { ShareBar } from '../../components/share-bar';
import { EmptyState, ErrorLine, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { csvStyle, toCsv } from '../../lib/csv';
import { downloadCsv, fileName } from '../../lib/download';
import { Link, rowUrl, setParams, usePlace } from '../../lib/location';
import { listingMark } from '../../lib/marketplaces';
import { nextSort, offsetOf, parseSort, sortText, type Sort } from '../../lib/pages';
import { parsePeriod } from '../../lib/period';
import { FilteredError } from '../metrics/filtered-error';
import { MarketplaceSelect } from '../metrics/marketplace-select';
import { spanOf, windowGap } from '../metrics/metrics-data';
import { FreshnessBar } from '../freshness/freshness-bar';
import { allListings, COLUMNS, listingCells, MovingError, PIECE, shownListing, type Column, type ShownListing } from './listings-data';

const LIMIT = 50;
const STATUSES: ListingStatus[] = ['active', 'paused', 'closed', 'unknown'];
const TYPING_PAUSE_MS = 250;

export function ListingsPage() {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const today = useToday();
  const { params } = usePlace();
  const period = parsePeriod(params, today);
  const sort = parseSort<Column>(params.get('sort'), COLUMNS, { column: 'revenue', descending: true });
  const question: ListingsQuestion = {
    query: period.query,
    q: params.get('q') ?? '',
    status: params.get('status') ?? '',
    marketplace: params.get('marketplace'),
    sort: sortText(sort),
    limit: LIMIT,
    offset: offsetOf(params),
  };
  const numbers = useQuery(listingsQuery(tenant.id, question));
  const { data, error, isPlaceholderData, refetch } = numbers;
  // Which days of the window have numbers, the list doesn't say; the filter of marketplaces asks the same.
  const whole = useQuery(overviewQuery(tenant.id, period.query, NO_FILTERS));
  const hasNumbers = whole.data === undefined || windowGap(spanOf(whole.data, f.zone), 'revenue') === null;
  const filtered = question.q !== '' || question.status !== '' || question.marketplace !== null;
  return (
    <>
      <PageHead title={m.listings.title} detail={`${f.range(period.from, period.to)} · ${m.app.zone(f.zone)}`}>
        <PeriodPicker period={period} />
      </PageHead>
      <FreshnessBar numbers={numbers} />
      <Filters question={question} hasNumbers={hasNumbers} file={fileName([tenant.name, m.listings.title.toLowerCase(), question.marketplace, question.status, question.q, period.from, period.to], 'csv')} />
      {data && (whole.data !== undefined || whole.error !== null) ? (
        data.total === 0 ? (
          <Nothing filtered={filtered} />
        ) : data.listings.length === 0 ? (
          <PastEnd limit={data.limit} total={data.total} onChange={(offset) => setParams({ offset: offset === 0 ? null : offset }, { replace: true })} />
        ) : (
          <section className={`panel panel-flush ${isPlaceholderData ? 'settling' : ''}`} aria-busy={isPlaceholderData} aria-label={m.listings.title}>
            <Table rows={data.listings.map((row) => shownListing(row, hasNumbers))} sort={sort} />
            <Pager offset={data.offset} limit={data.limit} shown={data.listings.length} total={data.total} onChange={(offset) => setParams({ offset: offset === 0 ? null : offset })} />
          </section>
        )
      ) : error ? (
        <FilteredError error={error} filters={{ marketplace: question.marketplace, listing: null }} others={{ q: question.q, status: question.status }} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={14} />
        </div>
      )}
    </>
  );
}

// What is typed goes into the address after a pause; what changes the address (Back, "clear") changes the field.
function useTyped(searched: string): [string, (text: string) => void] {
  const [typed, setTyped] = useState(searched);
  const [seen, setSeen] = useState(searched);
  if (searched !== seen) {
    setSeen(searched);
    setTyped(searched);
  }
  useEffect(() => {
    const asked = typed.trim();
    if (asked === seen) return;
    const timer = setTimeout(() => {
      setSeen(asked);
      setParams({ q: asked, offset: null }, { replace: true });
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, seen]);
  return [typed, setTyped];
}

function Filters({ question, hasNumbers, file }: { question: ListingsQuestion; hasNumbers: boolean; file: string }) {
  const { m, locale } = useLanguage();
  const { tenant } = useSession();
  const [typed, setTyped] = useTyped(question.q);
  const csv = useAct({
    mutationFn: () => allListings((offset) => fetchListings(tenant.id, { ...question, limit: PIECE, offset })),
    onSuccess: (rows) => {
      const header = ['ID', m.listings.listing, m.filter.marketplace, m.listings.status, m.metric.revenue, m.listings.share, m.metric.orders, m.metric.units, m.metric.averageTicket, m.metric.visits, m.metric.conversion, m.listings.price, m.listings.currency, m.listings.stock, m.listings.category];
      downloadCsv(file, toCsv(header, rows.map((row) => listingCells(shownListing(row, hasNumbers), m.listings.statusName)), csvStyle(locale)));
    },
  });
  return (
    <div className="filters">
      <label className="search">
        <Icon name="search" />
        <span className="visually-hidden">{m.common.search}</span>
        <input type="search" placeholder={m.listings.searchHint} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <MarketplaceSelect query={question.query} chosen={question.marketplace} />
      <Select
        label={m.listings.status}
        value={question.status}
        options={[{ value: '', label: m.listings.anyStatus }, ...STATUSES.map((status) => ({ value: status, label: m.listings.statusName[status] }))]}
        onChange={(status) => setParams({ status, offset: null })}
      />
      <span className="phone-only">
        <Select
          label={m.listings.sort}
          value={question.sort}
          options={COLUMNS.map((column) => ({ value: column === 'title' ? column : `-${column}`, label: column === 'title' || column === 'price' || column === 'stock' ? (column === 'title' ? m.listings.listing : m.listings[column]) : m.metric[column] }))}
          onChange={(sort) => setParams({ sort, offset: null })}
        />
      </span>
      <div className="filters-end">
        {csv.error && (csv.error instanceof MovingError ? <p className="error-line" role="alert">{m.listings.csvMoving}</p> : <ErrorLine error={csv.error} />)}
        <Button look="quiet" icon="download" busy={csv.isPending} onClick={() => csv.mutate()}>
          {csv.isPending ? m.listings.csvLimit : m.common.csv}
        </Button>
      </div>
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { m } = useLanguage();
  if (!filtered) return <EmptyState icon="listings" title={m.listings.empty} hint={m.listings.emptyHint} />;
  return (
    <EmptyState icon="search" title={m.listings.none} hint={m.listings.noneHint}>
      <Button onClick={() => setParams({ q: null, status: null, marketplace: null, offset: null })}>{m.listings.clear}</Button>
    </EmptyState>
  );
}

function Table({ rows, sort }: { rows: ShownListing[]; sort: Sort<Column> }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const most = Math.max(0.0001, ...rows.map((row) => row.share ?? 0));
  const names: Record<Column, string> = { ...m.metric, title: m.listings.listing, price: m.listings.price, stock: m.listings.stock };
  return (
    <ScrollBox label={m.listings.title}>
      <table className="table table-listings">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <Head key={column} column={column} name={names[column]} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Link className="listing-link" href={rowUrl(`/app/listings/${row.id}`, params)}>
                  <span className="clip">{row.title}</span>
                </Link>
                <small>
                  {listingMark(row, true)}
                  {row.status !== 'active' && <span className={`tag tag-${row.status}`}>{m.listings.statusName[row.status]}</span>}
                </small>
              </th>
              <td className="number" data-name={names.revenue}>
                <span className="stacked">
                  {f.money(row.revenue)}
                  <ShareBar share={row.share} most={most} />
                </span>
              </td>
              <td className="number" data-name={names.orders}>{f.whole(row.orders)}</td>
              <td className="number" data-name={names.units}>{f.whole(row.units)}</td>
              <td className="number" data-name={names.visits}>{f.whole(row.visits)}</td>
              <td className="number" data-name={names.conversion}>{f.percent(row.conversion)}</td>
              <td className="number" data-name={names.price}>{f.moneyIn(row.price, row.currency)}</td>
              <td className="number" data-name={names.stock}>
                {f.whole(row.stock)}
                {row.stock === 0 && row.status === 'active' && <small className="out-of-stock">{m.listings.outOfStock}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Head({ column, name, sort }: { column: Column; name: string; sort: Sort<Column> }) {
  const { m } = useLanguage();
  const here = sort.column === column;
  return (
    <th scope="col" className={column === 'title' ? undefined : 'number'} aria-sort={here ? (sort.descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" className="sort" title={m.listings.sortBy(name)} onClick={() => setParams({ sort: sortText(nextSort(sort, column, column === 'title')), offset: null })}>
        {name}
        {here && <Icon name={sort.descending ? 'down' : 'up'} size={13} />}
      </button>
    </th>
  );
}

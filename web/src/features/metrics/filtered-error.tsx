// In place of numbers: what they are filtered by isn't there, or something went wrong.
import { ApiError } from '../../api/client';
import type { Filters } from '../../api/queries';
import { Button } from '../../components/button';
import { BadFilter, EmptyState, ErrorState, isRefused } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { setParams } from '../../lib/location';
import { marketplaceName } from '../../lib/marketplaces';

// `others`: by what else the page is filtered, as its address names it.
export function FilteredError({ error, filters, others = {}, retry }: { error: Error; filters: Filters; others?: Record<string, string>; retry: () => void }) {
  const { m } = useLanguage();
  const { marketplace, listing } = filters;
  const isMissing = error instanceof ApiError && error.status === 404;
  const all = { marketplace: marketplace ?? '', listing: listing ?? '', ...others };
  if (isRefused(error) && Object.values(all).some((value) => value !== '')) return <BadFilter names={Object.keys(all)} />;
  if (!isMissing || (marketplace === null && listing === null)) return <ErrorState error={error} retry={retry} />;
  return (
    <div role="status">
      <EmptyState icon="filter" title={m.listings.none} hint={listing === null && marketplace !== null ? m.filter.noMarketplace(marketplaceName(marketplace)) : m.filter.noListing}>
        <Button onClick={() => setParams({ marketplace: null, listing: null, line: null, offset: null })}>{m.listings.clear}</Button>
      </EmptyState>
    </div>
  );
}

// Only one marketplace; nothing to choose where there is only one.
import { useQuery } from '@tanstack/react-query';
import { NO_FILTERS, overviewQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { Select } from '../../components/choice';
import { useLanguage } from '../../i18n/context';
import { setParams } from '../../lib/location';
import { marketplaceName } from '../../lib/marketplaces';
import type { Period } from '../../lib/period';

export function MarketplaceSelect({ query, chosen }: { query: Period['query']; chosen: string | null }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  // Without filters: what is filtered knows only the marketplace it is filtered by.
  const { data } = useQuery(overviewQuery(tenant.id, query, NO_FILTERS));
  const names = new Set(data?.byMarketplace.map((each) => each.marketplace));
  if (chosen !== null) names.add(chosen);
  if (names.size < 2 && chosen === null) return null;
  return (
    <Select
      label={m.filter.marketplace}
      value={chosen ?? ''}
      options={[{ value: '', label: m.filter.allMarketplaces }, ...[...names].map((name) => ({ value: name, label: marketplaceName(name) }))]}
      onChange={(marketplace) => setParams({ marketplace, offset: null })}
    />
  );
}

import { EmptyState } from '../components/states';
import { useLanguage } from '../i18n/context';
import { Link } from '../lib/location';

export function Missing() {
  const { m } = useLanguage();
  return (
    <EmptyState icon="search" title={m.common.notFound} hint={m.common.notFoundHint}>
      <Link className="button button-plain" href="/">
        {m.common.goHome}
      </Link>
    </EmptyState>
  );
}

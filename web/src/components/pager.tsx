import { useRef } from 'react';
import { useLanguage } from '../i18n/context';
import { lastOffset } from '../lib/pages';
import { Button } from './button';
import { EmptyState } from './states';

interface Props {
  offset: number;
  limit: number;
  shown: number;
  total: number;
  onChange: (offset: number) => void;
}

// Below its table, both in one <section>.
export function Pager({ offset, limit, shown, total, onChange }: Props) {
  const { m } = useLanguage();
  const nav = useRef<HTMLElement>(null);
  const turn = (to: number) => {
    onChange(to);
    // Another page is read from its head; what stays on top of the page would cover it.
    const section = nav.current?.closest('section');
    if (section && section.getBoundingClientRect().top < 0) scrollBy({ top: section.getBoundingClientRect().top - (document.querySelector('header')?.offsetHeight ?? 0) });
  };
  if (total === 0) return null;
  return (
    <nav className="pager" aria-label={m.common.pages} ref={nav}>
      <span aria-live="polite">{m.common.rangeOf(offset + 1, offset + shown, total)}</span>
      {total > shown && (
        <>
          <Button look="quiet" icon="left" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - limit))}>
            {m.common.previous}
          </Button>
          <Button look="quiet" icon="right" className="button-trailing" disabled={offset + shown >= total} onClick={() => turn(offset + limit)}>
            {m.common.next}
          </Button>
        </>
      )}
    </nav>
  );
}

// In place of a page that the list doesn't have (any more).
export function PastEnd({ limit, total, onChange }: Pick<Props, 'limit' | 'total' | 'onChange'>) {
  const { m } = useLanguage();
  return (
    <EmptyState icon="search" title={m.common.pastEnd} hint={m.common.pastEndHint(total)}>
      <Button onClick={() => onChange(lastOffset(total, limit))}>{m.common.lastPage}</Button>
    </EmptyState>
  );
}

import { useLanguage } from '../i18n/context';
import { Button } from './button';

interface Props {
  offset: number;
  limit: number;
  shown: number;
  total: number;
  onChange: (offset: number) => void;
}

export function Pager({ offset, limit, shown, total, onChange }: Props) {
  const { m } = useLanguage();
  if (total === 0) return null;
  return (
    <nav className="pager" aria-label={m.common.pages}>
      <span aria-live="polite">{m.common.rangeOf(offset + 1, offset + shown, total)}</span>
      {total > shown && (
        <>
          <Button look="quiet" icon="left" disabled={offset === 0} onClick={() => onChange(Math.max(0, offset - limit))}>
            {m.common.previous}
          </Button>
          <Button look="quiet" icon="right" className="button-trailing" disabled={offset + shown >= total} onClick={() => onChange(offset + limit)}>
            {m.common.next}
          </Button>
        </>
      )}
    </nav>
  );
}

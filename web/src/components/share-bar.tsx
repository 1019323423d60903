// A part of the whole as a bar and in words; `most` fills the bar.
import { useLanguage } from '../i18n/context';

export function ShareBar({ share, most }: { share: number | null; most: number }) {
  const { f } = useLanguage();
  const width = share === null ? 0 : Math.max(0, Math.min(1, share / most)) * 100;
  return (
    <span className="share">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="share-track" width="100" height="6" />
        <rect className="share-fill" width={width} height="6" />
      </svg>
      <span>{f.percent(share, 1)}</span>
    </span>
  );
}

// A change against the previous period: arrow, sign, and colour last.
import { useLanguage } from '../i18n/context';
import type { Kpi } from '../api/types';
import { kpiChange } from '../lib/metric-format';
import { Icon } from './icons';

export function Change({ kpi }: { kpi: Kpi }) {
  const { m, f } = useLanguage();
  if (kpi.change === null) {
    const isNew = kpi.previous === 0 && (kpi.value ?? 0) > 0;
    return <span className="change change-none">{isNew ? m.overview.isNew : m.overview.noBase}</span>;
  }
  const points = kpi.unit === 'percentagePoints';
  const flat = Math.abs(kpi.change) < (points ? 0.005 : 0.0005);
  if (flat) return <span className="change change-none">{m.overview.same}</span>;
  const exact = points ? `${f.signedPoints(kpi.change)} ${m.overview.points}` : f.signedPercent(kpi.change);
  const text = kpiChange(f, kpi, m.overview.points);
  return (
    <span className={`change ${kpi.change > 0 ? 'change-up' : 'change-down'}`} title={text === exact ? undefined : exact}>
      <Icon name={kpi.change > 0 ? 'up' : 'down'} size={13} />
      {text}
      {text !== exact && <span className="visually-hidden"> ({exact})</span>}
    </span>
  );
}

import type { Metric } from '../../api/types';
import type { Messages } from '../../i18n/pt-BR';
import { gapOf, type Gap, type ShownDay } from './metrics-data';

export const gapText = (m: Messages, day: ShownDay, gap: Gap): string => (gap === 'unknownVisits' ? m.overview.visitsReason[day.visitsReason ?? 'notReported'] : m.overview[gap]);

// What must be said about a day besides its value.
export function notes(day: ShownDay, metric: Metric, m: Messages): string[] {
  const found: string[] = [];
  const gap = gapOf(day, metric);
  if (gap !== null) found.push(gapText(m, day, gap));
  else if (!day.received) found.push(m.overview.notReceived);
  else if (day.partial) found.push(m.overview.partialLong);
  if (day.state === 'stale') found.push(m.overview.staleLong);
  return found;
}

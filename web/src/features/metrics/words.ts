import type { Metric } from '../../api/types';
import type { Messages } from '../../i18n/pt-BR';
import { gapOf, type Gap, type ShownDay } from './metrics-data';

export const gapText = (m: Messages, day: ShownDay, gap: Gap): string => (gap === 'unknownVisits' ? m.overview.visitsReason[day.visitsReason ?? 'notReported'] : m.overview[gap]);

// The same of a whole window, where room is short.
export function windowGapText(m: Messages, gap: Gap): string {
  switch (gap) {
    case 'noData':
      return m.overview.beforeData;
    case 'notComputed':
      return m.overview.notComputedShort;
    case 'notReceived':
      return m.overview.notReceivedShort;
    case 'unknownVisits':
      return m.overview.unknownVisits;
    case 'noOrders':
      return m.overview.noOrdersShort;
    case 'noVisits':
      return m.overview.noVisitsShort;
  }
}

// The same in a sentence.
export function windowGapHint(m: Messages, gap: Gap): string {
  if (gap === 'noData') return m.overview.beforeDataHint;
  return gap === 'notReceived' ? m.overview.notReceivedHint : m.overview.noSalesStale;
}

// The marks beside a day; `warn`: its numbers will change, or are none.
export function marksOf(day: ShownDay, m: Messages): { text: string; warn: boolean }[] {
  const found: { text: string; warn: boolean }[] = [];
  if (day.partial) found.push({ text: m.overview.partial, warn: false });
  if (day.state === 'stale' || day.state === 'notComputed') found.push({ text: m.overview.stale, warn: true });
  if (day.state === 'noData') found.push({ text: m.overview.noData, warn: false });
  else if (!day.received) found.push({ text: m.overview.notReceivedShort, warn: true });
  return found;
}

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

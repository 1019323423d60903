import { useQuery } from '@tanstack/react-query';
import { recurrenceQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import type { Outcome, Schedule, Slot } from '../../api/types';
import { Icon, type IconName } from '../../components/icons';
import { nearest, useLanguage } from '../../i18n/context';
import type { Messages } from '../../i18n/pt-BR';

const LOOKS: Record<Outcome, { icon: IconName; tone: string }> = {
  ran: { icon: 'check', tone: 'good' },
  coalesced: { icon: 'merge', tone: 'quiet' },
  skipped: { icon: 'alert', tone: 'warn' },
};

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { m } = useLanguage();
  return (
    <span className={`status status-${LOOKS[outcome].tone}`}>
      <Icon name={LOOKS[outcome].icon} size={15} />
      {m.schedules.outcome[outcome]}
    </span>
  );
}

export function PausedMark({ paused }: { paused: boolean }) {
  const { m } = useLanguage();
  return (
    <span className={`status status-${paused ? 'warn' : 'good'}`}>
      <Icon name={paused ? 'pause' : 'clock'} size={15} />
      {paused ? m.schedules.paused : m.schedules.on}
    </span>
  );
}

// What it does: "Reconstrução, últimos 30 dias · todas as lojas".
export function purpose(schedule: Schedule, m: Messages): string {
  const days = schedule.params.lastDays;
  const what = m.jobs.type[schedule.jobType] + (days === undefined ? '' : `, ${m.schedules.lastDays(days)}`);
  return schedule.tenantId === null ? `${what} · ${m.schedules.allTenants}` : what;
}

// In the language of the page; in the server's words where it has a reason that this page doesn't know yet.
export function reasonText({ reasonCode, reason }: Slot, m: Messages): string {
  return reasonCode !== null && reasonCode in m.schedules.reasons ? m.schedules.reasons[reasonCode] : (reason ?? '');
}

// The server says it in the store's language; in another one it is asked for.
export function useDescription(schedule: Schedule): string | null {
  const { locale } = useLanguage();
  const { tenant } = useSession();
  const own = nearest(tenant.locale) === locale;
  const { data } = useQuery({ ...recurrenceQuery(tenant.id, schedule.expression, locale), enabled: !own, staleTime: Infinity });
  return own ? schedule.description : (data?.description ?? null);
}

// A job's status and scope in words, the same in the list and on its page.
import type { Attempt, Job, JobStatus } from '../../api/types';
import { Icon, type IconName } from '../../components/icons';
import { useLanguage } from '../../i18n/context';
import type { Formats } from '../../lib/format';
import type { Messages } from '../../i18n/pt-BR';

const LOOKS: Record<JobStatus, { icon: IconName; tone: string }> = {
  queued: { icon: 'clock', tone: 'quiet' },
  running: { icon: 'jobs', tone: 'live' },
  retrying: { icon: 'clock', tone: 'warn' },
  waiting: { icon: 'clock', tone: 'live' },
  success: { icon: 'check', tone: 'good' },
  error: { icon: 'stop', tone: 'bad' },
  cancelled: { icon: 'minus', tone: 'quiet' },
};

export function Status({ status }: { status: JobStatus | Attempt['status'] }) {
  const { m } = useLanguage();
  const look = LOOKS[status];
  return (
    <span className={`status status-${look.tone}`}>
      <Icon name={look.icon} size={15} />
      {m.jobs.status[status]}
    </span>
  );
}

// The days it works on: what it has planned, or what was asked for while it waits.
export function scopeText(job: Pick<Job, 'metadata' | 'params' | 'status' | 'daysTotal'>, f: Formats, m: Messages): string {
  const range = job.metadata.range;
  const { from, to, lastDays } = job.params;
  if (!range && from !== undefined && to !== undefined) return f.range(from, to);
  if (!range && lastDays !== undefined) return m.schedules.lastDays(lastDays);
  if (range) return f.range(range.from, range.to);
  if (job.daysTotal > 0) return m.jobs.changedDays(job.daysTotal);
  return job.status === 'success' ? m.jobs.nothingToDo : m.jobs.staleDaysOnly;
}

export const sourceText = (source: string, m: Messages) => m.jobs.source[source] ?? source;

// In the language of the page; in the server's words where it has a reason that this page doesn't know yet.
export function errorText({ errorCode, errorMessage }: Pick<Job, 'errorCode' | 'errorMessage'>, m: Messages): string | null {
  return errorCode !== null && errorCode in m.jobs.errors ? m.jobs.errors[errorCode] : errorMessage;
}

// 0…1, or null while nobody knows how much there is.
export function doneShare({ daysDone, daysTotal, status }: Pick<Job, 'daysDone' | 'daysTotal' | 'status'>): number | null {
  if (status === 'success') return 1;
  if (daysTotal === 0) return null;
  return Math.min(1, daysDone / daysTotal);
}

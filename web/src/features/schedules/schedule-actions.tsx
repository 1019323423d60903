// Pause, resume, run now: for those who may.
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { useSession } from '../../api/session';
import { mayDo, type QueuedJobs, type Schedule } from '../../api/types';
import { Button } from '../../components/button';
import { ErrorLine } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { navigate, pageUrl, usePlace } from '../../lib/location';

export function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const query = { tenant: tenant.id };
  const turn = useAct({
    mutationFn: () => api<Schedule>(`/schedules/${schedule.id}/${schedule.paused ? 'resume' : 'pause'}`, { method: 'POST', query, body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenant', tenant.id, 'schedules'] }),
  });
  const run = useAct({
    mutationFn: () => api<QueuedJobs>(`/schedules/${schedule.id}/run`, { method: 'POST', query, body: {} }),
    onSuccess: ({ jobs }) => {
      const [only, ...others] = jobs;
      navigate(pageUrl(only && others.length === 0 ? `/app/jobs/${only.id}` : '/app/jobs', params));
    },
  });
  if (!mayDo(tenant.role, 'manager')) return null;
  const error = turn.error ?? run.error;
  return (
    <div className="head-actions">
      {error && <ErrorLine error={error} />}
      {schedule.tenantId === null ? (
        <p className="schedule-everyone muted">{m.schedules.everyone}</p>
      ) : (
        <Button icon={schedule.paused ? 'play' : 'pause'} busy={turn.isPending} onClick={() => turn.mutate()}>
          {schedule.paused ? m.schedules.resume : m.schedules.pause}
        </Button>
      )}
      <Button look="quiet" icon="jobs" busy={run.isPending} onClick={() => run.mutate()}>
        {m.schedules.runNow}
      </Button>
    </div>
  );
}

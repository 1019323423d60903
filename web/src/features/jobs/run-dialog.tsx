// Ask for a refresh or a rebuild.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { useSession, useToday } from '../../api/session';
import type { Job } from '../../api/types';
import { Field } from '../../components/field';
import { FormDialog } from '../../components/form-dialog';
import { KindChoice } from '../../components/kind-choice';
import { useLanguage } from '../../i18n/context';
import { addDays, daysIn, isDay } from '../../lib/dates';
import { navigate, pageUrl, usePlace } from '../../lib/location';

const MOST_DAYS = 90;

export interface Wanted {
  type: 'refresh' | 'rebuild';
  from?: string | undefined;
  to?: string | undefined;
}

// `like`: what it begins with.
export function RunDialog({ like = { type: 'refresh' }, onClose }: { like?: Wanted; onClose: () => void }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const today = useToday();
  const [type, setType] = useState(like.type);
  const [from, setFrom] = useState(like.from ?? addDays(today, -29));
  const [to, setTo] = useState(like.to ?? today);
  const start = useAct({
    mutationFn: () => api<Job>('/jobs', { method: 'POST', query: { tenant: tenant.id }, body: type === 'refresh' ? { type } : { type, from, to } }),
    onSuccess: async (job) => {
      await client.invalidateQueries({ queryKey: ['tenant', tenant.id, 'jobs'] });
      onClose();
      navigate(pageUrl(`/app/jobs/${job.id}`, params));
    },
  });
  const whole = isDay(from) && isDay(to);
  const wrong = !whole ? null : from > to ? m.period.backwards : daysIn(from, to) > MOST_DAYS ? m.period.tooLong(MOST_DAYS) : null;
  const submit = () => {
    if (type === 'refresh' || (whole && wrong === null)) start.mutate();
  };
  const kinds: { value: typeof type; name: string; hint: string }[] = [
    { value: 'refresh', name: m.jobs.runRefresh, hint: m.jobs.runRefreshHint },
    { value: 'rebuild', name: m.jobs.runRebuild, hint: m.jobs.runRebuildHint },
  ];
  return (
    <FormDialog className="run" title={m.jobs.runTitle} action={m.jobs.runStart} icon="play" busy={start.isPending} error={start.error} onSubmit={submit} onClose={onClose}>
      <KindChoice label={m.jobs.typeLabel} kinds={kinds} value={type} onChange={setType} />
      {type === 'rebuild' && (
        <div className="run-range">
          <Field label={m.period.from} type="date" required max={today} value={from} onChange={setFrom} />
          <Field label={m.period.to} type="date" required max={today} value={to} error={wrong} onChange={setTo} />
        </div>
      )}
    </FormDialog>
  );
}

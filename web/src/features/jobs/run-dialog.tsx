// Ask for a refresh or a rebuild.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api } from '../../api/client';
import { useSession, useToday } from '../../api/session';
import type { Job } from '../../api/types';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Field } from '../../components/field';
import { ErrorLine } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { addDays, daysIn, isDay } from '../../lib/dates';
import { navigate, pageUrl, usePlace } from '../../lib/location';

const MOST_DAYS = 90;

export function RunDialog({ onClose }: { onClose: () => void }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const today = useToday();
  const [type, setType] = useState<'refresh' | 'rebuild'>('refresh');
  const [from, setFrom] = useState(addDays(today, -29));
  const [to, setTo] = useState(today);
  const start = useMutation({
    mutationFn: () => api<Job>('/jobs', { method: 'POST', query: { tenant: tenant.id }, body: type === 'refresh' ? { type } : { type, from, to } }),
    onSuccess: async (job) => {
      await client.invalidateQueries({ queryKey: ['tenant', tenant.id, 'jobs'] });
      onClose();
      navigate(pageUrl(`/app/jobs/${job.id}`, params));
    },
  });
  const whole = isDay(from) && isDay(to);
  const wrong = !whole ? null : from > to ? m.period.backwards : daysIn(from, to) > MOST_DAYS ? m.period.tooLong(MOST_DAYS) : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (type === 'refresh' || (whole && wrong === null)) start.mutate();
  };
  const kinds = [
    { value: 'refresh', name: m.jobs.runRefresh, hint: m.jobs.runRefreshHint },
    { value: 'rebuild', name: m.jobs.runRebuild, hint: m.jobs.runRebuildHint },
  ] as const;
  return (
    <Dialog kind="box" title={m.jobs.runTitle} onClose={onClose}>
      <form className="run" onSubmit={submit}>
        {kinds.map((kind) => (
          <div key={kind.value} className={`run-kind ${type === kind.value ? 'run-chosen' : ''}`}>
            <input
              id={`run-${kind.value}`}
              type="radio"
              name="type"
              value={kind.value}
              checked={type === kind.value}
              aria-describedby={`run-${kind.value}-hint`}
              onChange={() => setType(kind.value)}
            />
            <label htmlFor={`run-${kind.value}`}>{kind.name}</label>
            <small id={`run-${kind.value}-hint`}>{kind.hint}</small>
          </div>
        ))}
        {type === 'rebuild' && (
          <div className="run-range">
            <Field label={m.period.from} type="date" required max={today} value={from} onChange={setFrom} />
            <Field label={m.period.to} type="date" required max={today} value={to} error={wrong} onChange={setTo} />
          </div>
        )}
        {start.error && <ErrorLine error={start.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>{m.common.cancel}</Button>
          <Button type="submit" look="primary" icon="play" busy={start.isPending}>
            {m.jobs.runStart}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

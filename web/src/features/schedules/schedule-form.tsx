// A new schedule of this store, or one to change, with what it would mean shown before it is.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { recurrenceQuery, schedulesQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import type { Schedule } from '../../api/types';
import { Select } from '../../components/choice';
import { Field } from '../../components/field';
import { FormDialog } from '../../components/form-dialog';
import { KindChoice } from '../../components/kind-choice';
import { ErrorLine, isConflict, isRefused } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { expressionOf, RHYTHMS, whenOf, type When } from './schedule-form-data';

const MOST_DAYS = 90;

export function ScheduleForm({ schedule, onClose }: { schedule?: Schedule; onClose: () => void }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState(schedule?.name ?? '');
  const [jobType, setJobType] = useState<Schedule['jobType']>(schedule?.jobType ?? 'refresh');
  const [lastDays, setLastDays] = useState(String(schedule?.params.lastDays ?? 30));
  const [when, setWhen] = useState<When>(schedule ? whenOf(schedule.expression) : { rhythm: 'daily', time: '08:00', own: '' });
  const expression = expressionOf(when);
  const preview = usePreview(expression, schedule?.timeZone ?? null);
  // What is wrong with it is said in its preview.
  const wrong = preview.error !== null && isRefused(preview.error);
  const save = useAct({
    mutationFn: () =>
      api<Schedule>(schedule ? `/schedules/${schedule.id}` : '/schedules', {
        method: schedule ? 'PATCH' : 'POST',
        query: { tenant: tenant.id },
        body: { name, expression, jobType, ...(jobType === 'rebuild' ? { lastDays: Number(lastDays) } : {}) },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: schedulesQuery(tenant.id).queryKey });
      onClose();
    },
  });
  const submit = () => {
    if (expression !== '' && !wrong) save.mutate();
  };
  const taken = isConflict(save.error);
  const kinds: { value: Schedule['jobType']; name: string; hint: string }[] = [
    { value: 'refresh', name: m.jobs.runRefresh, hint: m.jobs.runRefreshHint },
    { value: 'rebuild', name: m.jobs.runRebuild, hint: m.schedules.rebuildHint },
  ];
  return (
    <FormDialog
      className="schedule-form"
      title={schedule ? m.schedules.editTitle : m.schedules.create}
      action={schedule ? m.account.save : m.schedules.createDo}
      icon="check"
      busy={save.isPending}
      error={taken ? null : save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={m.schedules.name} required maxLength={100} pattern=".*\S.*" value={name} error={taken ? m.schedules.nameTaken : null} onChange={setName} />
      <KindChoice label={m.jobs.typeLabel} kinds={kinds} value={jobType} onChange={setJobType} />
      {jobType === 'rebuild' && <Field label={m.schedules.lastDaysLabel} type="number" required min={1} max={MOST_DAYS} value={lastDays} onChange={setLastDays} />}
      <WhenFields when={when} onChange={setWhen} />
      <Preview expression={expression} preview={preview} />
    </FormDialog>
  );
}

function WhenFields({ when, onChange }: { when: When; onChange: (when: When) => void }) {
  const { m } = useLanguage();
  return (
    <>
      <div className="field-row">
        <div className="field">
          <span className="field-label">{m.schedules.when}</span>
          <Select label={m.schedules.when} value={when.rhythm} options={RHYTHMS.map((each) => ({ value: each, label: m.schedules.rhythm[each] }))} onChange={(rhythm) => onChange({ ...when, rhythm })} />
        </div>
        {(when.rhythm === 'daily' || when.rhythm === 'weekdays') && (
          <Field label={m.schedules.time} type="time" required value={when.time} onChange={(time) => onChange({ ...when, time })} />
        )}
      </div>
      {when.rhythm === 'own' && (
        <Field label={m.schedules.expression} required className="mono" spellCheck={false} maxLength={256} placeholder="0 8 * * mon-fri" hint={m.schedules.expressionHint} value={when.own} onChange={(own) => onChange({ ...when, own })} />
      )}
    </>
  );
}

// What the server makes of the expression, as soon as it can be read.
function usePreview(expression: string, timeZone: string | null) {
  const { locale } = useLanguage();
  const { tenant } = useSession();
  return useQuery({ ...recurrenceQuery(tenant.id, expression, locale, timeZone), enabled: expression !== '' });
}

function Preview({ expression, preview: { data, error } }: { expression: string; preview: ReturnType<typeof usePreview> }) {
  const { m, f } = useLanguage();
  return (
    <div className="preview" aria-live="polite">
      {expression === '' ? (
        <p className="muted">{m.schedules.previewEmpty}</p>
      ) : error ? (
        isRefused(error) ? (
          <p className="field-error">{error.message}</p>
        ) : (
          <ErrorLine error={error} />
        )
      ) : data ? (
        <>
          <p>
            <strong>{data.description ?? m.schedules.next}</strong> <span className="muted">{data.timeZone}</span>
          </p>
          {data.instants.length === 0 ? <p className="muted">{m.schedules.neverDue}</p> : null}
          <ol>
            {data.instants.map((instant) => (
              <li key={instant}>{f.dateTime(instant)}</li>
            ))}
          </ol>
        </>
      ) : null}
    </div>
  );
}

// One job: how far it is, what it did, each attempt, and what can be done about it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { useJobEvents } from '../../api/job-events';
import { jobQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { isActive, mayDo, type Attempt, type Job, type JobDetail, type Receipt } from '../../api/types';
import { BackLink } from '../../components/back-link';
import { Button } from '../../components/button';
import { FactList, type Fact } from '../../components/fact-list';
import { SureDialog } from '../../components/form-dialog';
import { Icon } from '../../components/icons';
import { PageHead } from '../../components/page-head';
import { Panel } from '../../components/panel';
import { ErrorLine, ErrorState, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { Link, pageUrl, usePlace } from '../../lib/location';
import { doneShare, errorText, scopeText, sourceText, Status } from './job-words';
import { RunDialog, type Wanted } from './run-dialog';

export function JobPage({ id }: { id: string }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const { data: job, error, refetch } = useQuery(jobQuery(tenant.id, id));
  const active = job !== undefined && isActive(job.status);
  // New numbers everywhere once it is done.
  const onEnd = useCallback(() => void client.invalidateQueries({ queryKey: ['tenant', tenant.id] }), [client, tenant.id]);
  useJobEvents(tenant.id, id, active, onEnd);
  return (
    <>
      <BackLink href={pageUrl('/app/jobs', params)}>{m.jobs.back}</BackLink>
      {job ? (
        <>
          <PageHead title={m.jobs.type[job.jobType]} detail={`${scopeText(job, f, m)} · ${sourceText(job.source, m)} · ${f.dateTime(job.createdAt)}`}>
            <Actions job={job} />
          </PageHead>
          <State job={job} />
          <div className="columns columns-even">
            {job.metadata.receipt && <ReceiptPanel receipt={job.metadata.receipt} />}
            <Facts job={job} />
          </div>
          {job.log.length > 0 && <Log log={job.log} />}
        </>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={6} />
        </div>
      )}
    </>
  );
}

// What asks for the same once more; null of a job for all stores, which nobody may ask for here.
function likeOf({ jobType, metadata, params }: JobDetail): Wanted | null {
  if (jobType === 'refresh') return { type: jobType };
  return jobType === 'rebuild' ? { type: jobType, from: metadata.range?.from ?? params.from, to: metadata.range?.to ?? params.to } : null;
}

function Actions({ job }: { job: JobDetail }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const [again, setAgain] = useState(false);
  const like = likeOf(job);
  const act = useAct({
    mutationFn: (what: 'cancel' | 'retry') => api<Job>(`/jobs/${job.id}/${what}`, { method: 'POST', query: { tenant: tenant.id }, body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: jobQuery(tenant.id, job.id).queryKey }),
  });
  if (!mayDo(tenant.role, 'manager')) return null;
  return (
    <div className="head-actions">
      {act.error && <ErrorLine error={act.error} conflict={m.jobs.moved} />}
      {isActive(job.status) && !job.cancelRequested && (
        <Button look="danger" icon="close" busy={act.isPending} onClick={() => setSure(true)}>
          {m.jobs.cancel}
        </Button>
      )}
      {(job.status === 'error' || job.status === 'cancelled') && (
        <Button look="primary" icon="jobs" busy={act.isPending} onClick={() => act.mutate('retry')}>
          {m.jobs.retry}
        </Button>
      )}
      {job.status === 'success' && like && (
        <Button icon="jobs" onClick={() => setAgain(true)}>
          {m.jobs.again}
        </Button>
      )}
      {again && like && <RunDialog like={like} onClose={() => setAgain(false)} />}
      {sure && (
        <SureDialog title={m.jobs.cancel} question={m.jobs.cancelConfirm} no={m.common.close} onYes={() => act.mutate('cancel')} onClose={() => setSure(false)} />
      )}
    </div>
  );
}

function State({ job }: { job: JobDetail }) {
  const { m, f } = useLanguage();
  const share = doneShare(job);
  const active = isActive(job.status);
  const said = [
    job.daysTotal === 0 ? null : m.jobs.progressOf(job.daysDone, job.daysTotal),
    active && job.rowsPerSecond !== null ? m.jobs.rate(f.whole(job.rowsPerSecond)) : null,
    active && job.etaSeconds !== null ? m.jobs.eta(f.duration(job.etaSeconds * 1000)) : null,
    job.status === 'retrying' && job.runAt !== null ? m.jobs.nextTry(f.time(job.runAt)) : null,
    job.durationMs === null ? null : f.duration(job.durationMs),
  ].filter((part) => part !== null);
  return (
    <section className="panel job-state" aria-label={m.jobs.progress}>
      <div className="job-state-line" aria-live="polite">
        <Status status={job.status} />
        <span>{said.join(' · ')}</span>
        {active && (
          <span className="live">
            <i aria-hidden="true" />
            {m.jobs.live}
          </span>
        )}
      </div>
      <progress className={`bar bar-${job.status}`} max={1} value={share ?? (active ? undefined : 0)} aria-label={m.jobs.progress} />
      {job.cancelRequested && active && <p className="muted">{m.jobs.cancelling}</p>}
      {job.errorMessage !== null && (
        <div className="job-failure">
          <h3>{m.jobs.error}</h3>
          <p>{errorText(job, m)}</p>
          {job.status === 'error' && <p className="muted">{m.jobs.errorHint}</p>}
        </div>
      )}
    </section>
  );
}

function ReceiptPanel({ receipt }: { receipt: Receipt }) {
  const { m, f } = useLanguage();
  const parts = ['inserted', 'updated', 'deleted', 'unchanged'] as const;
  const changed = receipt.inserted + receipt.updated + receipt.deleted;
  return (
    <Panel title={m.jobs.receipt}>
      <p className="muted">{changed === 0 ? m.jobs.nothingChanged : m.jobs.receiptHint}</p>
      <dl className="receipt">
        {parts.map((part) => (
          <div key={part} className={`receipt-${part}`}>
            <dt>{m.jobs[part]}</dt>
            <dd>{f.whole(receipt[part])}</dd>
          </div>
        ))}
        <div className="receipt-total">
          <dt>{m.jobs.examined}</dt>
          <dd>{f.whole(receipt.examined)}</dd>
        </div>
      </dl>
      <p className="digest">
        <span className="muted">{m.jobs.digest}</span> <code>{receipt.digest}</code>
      </p>
    </Panel>
  );
}

function Facts({ job }: { job: JobDetail }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const instant = (value: string | null) => (value === null ? '—' : f.dateTimeFull(value));
  const facts: Fact[] = [
    [m.jobs.created, instant(job.createdAt)],
    [m.jobs.started, instant(job.startedAt)],
    [m.jobs.ended, instant(job.completedAt)],
    [m.jobs.attempts, `${f.whole(job.attempts)} / ${f.whole(job.maxAttempts)}`],
    [m.jobs.rows, f.whole(job.recordsProcessed)],
    [m.jobs.worker, job.worker ?? '—'],
    ['ID', <span className="mono">{job.id}</span>],
  ];
  if (job.scheduleId !== null) {
    facts.push([sourceText('schedule', m), <Link href={pageUrl(`/app/schedules/${job.scheduleId}`, params)}>{m.jobs.seeSchedule}</Link>]);
  }
  if (job.children) {
    const { live, ...ended } = job.children;
    const parts = [[m.jobs.status.running, live] as const, ...(['success', 'error', 'cancelled'] as const).map((each) => [m.jobs.status[each], ended[each]] as const)];
    facts.push([m.jobs.children, parts.filter(([, count]) => count > 0).map(([name, count]) => `${name}: ${f.whole(count)}`).join(' · ')]);
  }
  return (
    <Panel title={m.jobs.details}>
      <FactList className="facts" facts={facts} />
    </Panel>
  );
}

function Log({ log }: { log: Attempt[] }) {
  const { m, f } = useLanguage();
  return (
    <Panel title={m.jobs.log}>
      <ol className="log">
        {[...log].reverse().map((attempt) => (
          <li key={attempt.id}>
            <span className="log-number">{attempt.attempt}</span>
            <div>
              <p className="log-line">
                <Status status={attempt.status} />
                <span>{f.dateTimeFull(attempt.startedAt)}</span>
                {attempt.durationMs !== null && <span>{f.duration(attempt.durationMs)}</span>}
                {attempt.daysTotal > 0 && <span>{m.jobs.progressOf(attempt.daysDone, attempt.daysTotal)}</span>}
              </p>
              {attempt.errorMessage !== null && (
                <p className="log-error">
                  <Icon name="stop" size={15} />
                  {errorText(attempt, m)}
                </p>
              )}
              <p className="muted mono">
                {attempt.id}
                {attempt.worker !== null && ` · ${attempt.worker}`}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

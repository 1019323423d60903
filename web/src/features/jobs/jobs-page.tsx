// What ran, what runs, what will run.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serverNow } from '../../api/client';
import { jobsQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { isActive, JOB_STATUSES, JOB_TYPES, mayDo, type Job } from '../../api/types';
import { Button } from '../../components/button';
import { Select } from '../../components/choice';
import { PageHead } from '../../components/page-head';
import { PastEnd, Pager } from '../../components/pager';
import { ScrollBox } from '../../components/scroll-box';
import { BadFilter, EmptyState, ErrorState, isRefused, Skeleton } from '../../components/states';
import { numeric, TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { Link, pageUrl, setParams, usePlace } from '../../lib/location';
import { offsetOf } from '../../lib/pages';
import { doneShare, errorText, scopeText, sourceText, Status } from './job-words';
import { RunDialog } from './run-dialog';

const LIMIT = 30;

export function JobsPage() {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const [asking, setAsking] = useState(false);
  const status = params.get('status') ?? '';
  const jobType = params.get('type') ?? '';
  const { data, error, isPlaceholderData, refetch } = useQuery(jobsQuery(tenant.id, { status, jobType, limit: LIMIT, offset: offsetOf(params) }));
  const filtered = status !== '' || jobType !== '';
  return (
    <>
      <PageHead title={m.jobs.title} detail={m.app.zone(f.zone)}>
        {mayDo(tenant.role, 'manager') && (
          <Button look="primary" icon="play" onClick={() => setAsking(true)}>
            {m.jobs.run}
          </Button>
        )}
      </PageHead>
      <div className="filters">
        <Select
          label={m.jobs.statusLabel}
          value={status}
          options={[{ value: '', label: m.jobs.anyStatus }, ...JOB_STATUSES.map((each) => ({ value: each, label: m.jobs.status[each] }))]}
          onChange={(value) => setParams({ status: value, offset: null })}
        />
        <Select
          label={m.jobs.typeLabel}
          value={jobType}
          options={[{ value: '', label: m.jobs.anyType }, ...JOB_TYPES.map((each) => ({ value: each, label: m.jobs.type[each] }))]}
          onChange={(value) => setParams({ type: value, offset: null })}
        />
      </div>
      {data ? (
        data.total === 0 ? (
          <EmptyState icon="jobs" title={filtered ? m.jobs.none : m.jobs.empty} {...(filtered ? {} : { hint: m.jobs.emptyHint })}>
            {filtered && <Button onClick={() => setParams({ status: null, type: null, offset: null })}>{m.listings.clear}</Button>}
          </EmptyState>
        ) : data.jobs.length === 0 ? (
          <PastEnd limit={data.limit} total={data.total} onChange={(offset) => setParams({ offset: offset === 0 ? null : offset }, { replace: true })} />
        ) : (
          <section className={`panel panel-flush ${isPlaceholderData ? 'settling' : ''}`} aria-label={m.jobs.title}>
            <Table jobs={data.jobs} />
            <Pager offset={data.offset} limit={data.limit} shown={data.jobs.length} total={data.total} onChange={(offset) => setParams({ offset: offset === 0 ? null : offset })} />
          </section>
        )
      ) : error ? (
        isRefused(error) && filtered ? <BadFilter names={['status', 'type']} /> : <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={12} />
        </div>
      )}
      {asking && <RunDialog onClose={() => setAsking(false)} />}
    </>
  );
}

function Table({ jobs }: { jobs: Job[] }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  return (
    <ScrollBox label={m.jobs.title}>
      <table className="table table-cards">
        <TableHead columns={[m.jobs.job, m.jobs.statusLabel, m.jobs.days, m.jobs.startedBy, m.jobs.created, numeric(m.jobs.duration), numeric(m.jobs.rows)]} />
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <th scope="row">
                <Link className="listing-link" href={pageUrl(`/app/jobs/${job.id}`, params)}>
                  {m.jobs.type[job.jobType]}
                </Link>
                {job.attempts > 1 && <small>{m.jobs.attemptOf(job.attempts, job.maxAttempts)}</small>}
                {job.errorMessage !== null && <small className={`clip job-error ${job.status === 'cancelled' ? '' : 'job-failed'}`}>{errorText(job, m)}</small>}
              </th>
              <td data-name={m.jobs.statusLabel}>
                <Status status={job.status} />
                {isActive(job.status) && <Bar job={job} />}
              </td>
              <td data-name={m.jobs.days}>{scopeText(job, f, m)}</td>
              <td data-name={m.jobs.startedBy}>{sourceText(job.source, m)}</td>
              <td data-name={m.jobs.created} title={f.dateTimeFull(job.createdAt)}>
                {f.ago(job.createdAt, serverNow())}
              </td>
              <td className="number" data-name={m.jobs.duration}>{job.durationMs === null ? '—' : f.duration(job.durationMs)}</td>
              <td className="number" data-name={m.jobs.rows}>{f.whole(job.recordsProcessed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Bar({ job }: { job: Job }) {
  const { m } = useLanguage();
  const share = doneShare(job);
  return share === null ? null : <progress className="bar-small" max={1} value={share} aria-label={m.jobs.progressOf(job.daysDone, job.daysTotal)} />;
}

// "Orders up to 14:32 · visits up to yesterday": how far the numbers can be trusted, and the button that
// brings them up to date.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useAct } from '../../api/act';
import { api, serverNow, serverTime } from '../../api/client';
import { useAway } from '../../api/connection';
import { useJobEvents } from '../../api/job-events';
import { freshnessQuery, jobQuery } from '../../api/queries';
import { useSession, useToday } from '../../api/session';
import { isActive, mayDo, type FreshnessState, type Job, type Overview, type SeriesDay } from '../../api/types';
import { Button } from '../../components/button';
import { FactList, type Fact } from '../../components/fact-list';
import { Icon } from '../../components/icons';
import { Popover } from '../../components/popover';
import { useLanguage } from '../../i18n/context';
import { dayIn, type Day } from '../../lib/dates';
import { Link, pageUrl, usePlace } from '../../lib/location';
import { freshnessOf, nearDay, reasons, trust, unconfirmed, type Reason } from './freshness-data';

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function useWords() {
  const { m, f } = useLanguage();
  const today = useToday();
  const day = (value: Day) => {
    const near = nearDay(value, today);
    return near === null ? f.dayOf(value) : m.fresh[near];
  };
  return {
    day,
    instant: (value: string) => (dayIn(f.zone, new Date(value)) === today ? f.time(value) : f.dateTime(value)),
    reason: (reason: Reason) => {
      switch (reason.kind) {
        case 'empty':
          return m.fresh.reasonEmpty;
        case 'behind':
          return m.fresh.reasonBehind(day(reason.through));
        case 'staleDays':
          return m.fresh.reasonStale(reason.days);
        case 'never':
          return m.fresh.reasonNever;
        case 'orders':
          return m.fresh.reasonOrders(f.dateTime(reason.through));
        case 'waiting':
          return m.fresh.reasonWaiting(f.ago(reason.since, serverNow()));
      }
    },
  };
}

// `series`: of the days on screen, to say of how many listings the newest visits are known.
// `known`: what an overview says of it, for as long as the server has not answered about freshness itself.
// `numbers`: how those on screen were received.
export function FreshnessBar({ series = [], known, numbers }: { series?: SeriesDay[] | undefined; known?: Overview['freshness'] | undefined; numbers?: Pick<UseQueryResult, 'dataUpdatedAt' | 'isError'> }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const words = useWords();
  const away = useAway();
  const { data: answer, error, dataUpdatedAt } = useQuery(freshnessQuery(tenant.id));
  const received = numbers && { at: numbers.dataUpdatedAt, failed: numbers.isError };
  // The server failed to say it again, and the numbers' answer is newer.
  const isOld = error !== null && received !== undefined && received.at > dataUpdatedAt;
  const data = (isOld && known ? undefined : answer) ?? (known && freshnessOf(tenant.id, known));
  if (!data) return error ? <Unknown /> : <div className="fresh fresh-empty" aria-hidden="true" />;
  const why = reasons(data, f.zone);
  const covered = series.find((day) => day.date === data.visitsThrough);
  const since = unconfirmed(received, { at: dataUpdatedAt, failed: error !== null }, away);
  const computed = trust(data, f.zone);
  const state = since !== null && computed === 'fresh' ? 'late' : computed;
  const onlyOrders = why.every((reason) => reason.kind === 'orders');
  const noOrders = data.ordersThrough === null;
  const label = since !== null ? m.fresh.asOf(words.instant(serverTime(since).toISOString())) : noOrders ? m.fresh.stateEmpty : m.fresh.state[state];
  // What the reason says already isn't said again.
  const facts = [
    data.ordersThrough === null || why.some((reason) => reason.kind === 'orders') ? '' : m.fresh.ordersThrough(words.instant(data.ordersThrough)),
    data.visitsThrough === null ? m.fresh.visitsUnknown : m.fresh.visitsThrough(words.day(data.visitsThrough)),
  ].filter((fact) => fact !== '');
  return (
    <section className={`fresh fresh-${state}`} aria-label={m.fresh.details}>
      <div className="fresh-label">
        <Popover label={`${label}: ${m.fresh.details}`} buttonClass="fresh-state" button={<><Icon name={state === 'fresh' ? 'check' : state === 'late' ? 'clock' : 'alert'} size={16} />{label}</>}>
          <Clocks freshness={data} why={why} />
        </Popover>
        <p className="fresh-text">
          {since !== null && <strong>{away ? m.fresh.unanswered : m.fresh.unconfirmed} </strong>}
          {why.length > 0 && <strong>{why.map(words.reason).join('. ')}.</strong>}{' '}
          <span>
            {capitalized(facts.join(' · '))}
            {why.length === 0 && since === null && covered && covered.liveListings > 1 && <span className="wide-only"> · {m.fresh.coverage(f.whole(covered.knownListings), f.whole(covered.liveListings))}</span>}
          </span>
        </p>
      </div>
      <Refresh needed={!onlyOrders && !noOrders} />
    </section>
  );
}

// The server did not say: nothing is claimed, and a refresh can still be asked for.
function Unknown() {
  const { m } = useLanguage();
  return (
    <section className="fresh fresh-empty" aria-label={m.fresh.details}>
      <p className="fresh-text">
        {m.fresh.unknown}. <span className="muted">{m.fresh.unknownHint}</span>
      </p>
      <Refresh needed={false} />
    </section>
  );
}

function Clocks({ freshness, why }: { freshness: FreshnessState; why: Reason[] }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const words = useWords();
  const advice = freshness.ordersThrough === null ? m.fresh.nextImport : why.every((reason) => reason.kind === 'orders') ? m.fresh.nextOrders : mayDo(tenant.role, 'manager') ? m.fresh.nextRefresh : m.fresh.nextAsk;
  const facts: Fact[] = [
    [m.fresh.orders, freshness.ordersThrough === null ? m.fresh.never : f.dateTimeFull(freshness.ordersThrough)],
    [m.fresh.visits, freshness.visitsThrough === null ? m.fresh.never : words.day(freshness.visitsThrough)],
    [m.fresh.metricsThrough, freshness.metricsThrough === null ? m.fresh.never : words.day(freshness.metricsThrough)],
    [m.fresh.maxDate, freshness.maxDate === null ? m.fresh.never : words.day(freshness.maxDate)],
    [m.fresh.staleDays, f.whole(freshness.staleDays)],
  ];
  return (
    <div className="clocks">
      <FactList facts={facts} />
      {why.length > 0 && (
        <p>
          <strong>{m.fresh.next}.</strong> {advice}
        </p>
      )}
      <p className="muted">{m.app.zone(f.zone)}</p>
    </div>
  );
}

function Refresh({ needed }: { needed: boolean }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const client = useQueryClient();
  const [started, setStarted] = useState<string | null>(null);
  const start = useAct({
    mutationFn: () => api<Job>('/jobs', { method: 'POST', query: { tenant: tenant.id }, body: { type: 'refresh' } }),
    onSuccess: (job) => {
      client.setQueryData(jobQuery(tenant.id, job.id).queryKey, { ...job, log: [] });
      setStarted(job.id);
    },
  });
  const { data: job } = useQuery({ ...jobQuery(tenant.id, started ?? ''), enabled: started !== null, staleTime: Infinity });
  const active = job !== undefined && isActive(job.status);
  const onEnd = useCallback(() => void client.invalidateQueries({ queryKey: ['tenant', tenant.id] }), [client, tenant.id]);
  useJobEvents(tenant.id, started, active, onEnd);
  if (!mayDo(tenant.role, 'manager')) return null;
  return (
    <div className="refresh">
      <div className="refresh-said" role="status">
        {start.isError && <span className="refresh-bad">{m.fresh.failed}</span>}
        {job && started !== null && <Progress job={job} />}
      </div>
      <Button look={needed ? 'primary' : 'plain'} icon="jobs" busy={start.isPending || active} onClick={() => start.mutate()}>
        {active ? m.fresh.refreshing : m.fresh.refresh}
      </Button>
    </div>
  );
}

function Progress({ job }: { job: Job }) {
  const { m } = useLanguage();
  const { params } = usePlace();
  const link = (text: string) => <Link href={pageUrl(`/app/jobs/${job.id}`, params)}>{text}</Link>;
  if (job.status === 'queued') return <span>{m.fresh.waiting}…</span>;
  if (isActive(job.status)) {
    return (
      <span className="refresh-progress">
        {job.daysTotal > 0 ? (
          <>
            <progress max={job.daysTotal} value={job.daysDone} aria-label={m.fresh.refreshing} />
            {m.fresh.progress(job.daysDone, job.daysTotal)}
          </>
        ) : (
          `${m.fresh.refreshing}…`
        )}
      </span>
    );
  }
  if (job.status === 'success') return <span className="refresh-good">{link(m.fresh.done)}</span>;
  return <span className="refresh-bad">{link(job.status === 'cancelled' ? m.fresh.cancelled : m.fresh.failed)}</span>;
}

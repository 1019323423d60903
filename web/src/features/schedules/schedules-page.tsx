// What runs by itself, when next, and how it went last.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serverNow } from '../../api/client';
import { schedulesQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { mayDo, type Schedule } from '../../api/types';
import { Button } from '../../components/button';
import { PageHead } from '../../components/page-head';
import { EmptyState, ErrorState, Skeleton } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { Link, pageUrl, usePlace } from '../../lib/location';
import { ScheduleActions } from './schedule-actions';
import { ScheduleForm } from './schedule-form';
import { OutcomeMark, PausedMark, purpose, useDescription } from './schedule-words';

export function SchedulesPage() {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const [creating, setCreating] = useState(false);
  const { data, error, refetch } = useQuery(schedulesQuery(tenant.id));
  return (
    <>
      <PageHead title={m.schedules.title} detail={m.app.zone(f.zone)}>
        {mayDo(tenant.role, 'manager') && (
          <Button look="primary" icon="schedules" onClick={() => setCreating(true)}>
            {m.schedules.create}
          </Button>
        )}
      </PageHead>
      {data ? (
        data.length === 0 ? (
          <EmptyState icon="schedules" title={m.schedules.empty} hint={m.schedules.emptyHint} />
        ) : (
          <ul className="schedules">
            {data.map((schedule) => (
              <Card key={schedule.id} schedule={schedule} />
            ))}
          </ul>
        )
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={6} />
        </div>
      )}
      {creating && <ScheduleForm onClose={() => setCreating(false)} />}
    </>
  );
}

function Card({ schedule }: { schedule: Schedule }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  const { lastSlot } = schedule;
  const described = useDescription(schedule);
  return (
    <li className={`panel schedule ${schedule.paused ? 'schedule-paused' : ''}`}>
      <div className="schedule-what">
        <h2>
          <Link href={pageUrl(`/app/schedules/${schedule.id}`, params)}>{schedule.name}</Link>
        </h2>
        <PausedMark paused={schedule.paused} />
        <p className="muted">{purpose(schedule, m)}</p>
        <p>
          {described} <code title={m.schedules.expression}>{schedule.expression}</code>
        </p>
      </div>
      <dl className="schedule-when">
        <div>
          <dt>{m.schedules.next}</dt>
          <dd>
            {schedule.nextRuns.length === 0 ? (
              <span className="muted">{m.schedules.nothingNext}</span>
            ) : (
              schedule.nextRuns.map((instant, place) => (
                <span key={instant} className={place === 0 ? 'next-first' : 'muted'}>
                  {f.dateTime(instant)}
                </span>
              ))
            )}
          </dd>
        </div>
        <div>
          <dt>{m.schedules.last}</dt>
          <dd>
            {lastSlot === null ? (
              <span className="muted">{m.schedules.never}</span>
            ) : (
              <>
                <OutcomeMark outcome={lastSlot.outcome} />
                <span className="muted">{f.ago(lastSlot.dueAt, serverNow())}</span>
              </>
            )}
          </dd>
        </div>
      </dl>
      <ScheduleActions schedule={schedule} />
    </li>
  );
}

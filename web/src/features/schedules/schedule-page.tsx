// One schedule: its rules, its next instants, and what became of every instant that was due.
import { useQuery } from '@tanstack/react-query';
import { nextRunsQuery, scheduleQuery, slotsQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { OUTCOMES, type Schedule, type Slot } from '../../api/types';
import { BackLink } from '../../components/back-link';
import { Button } from '../../components/button';
import { Choice } from '../../components/choice';
import { FactList, type Fact } from '../../components/fact-list';
import { PageHead } from '../../components/page-head';
import { Panel } from '../../components/panel';
import { ErrorState, Skeleton } from '../../components/states';
import { TableHead } from '../../components/table-head';
import { useLanguage } from '../../i18n/context';
import { Link, pageUrl, setParams, usePlace } from '../../lib/location';
import { offsetOf } from '../../lib/pages';
import { ScheduleActions } from './schedule-actions';
import { ScheduleChanges } from './schedule-changes';
import { OutcomeMark, PausedMark, purpose, reasonText, useDescription } from './schedule-words';

const LIMIT = 40;

export function SchedulePage({ id }: { id: string }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(tenant.id, id));
  return (
    <>
      <BackLink href={pageUrl('/app/schedules', params)}>{m.schedules.back}</BackLink>
      {schedule ? (
        <>
          <PageHead title={schedule.name} detail={purpose(schedule, m)}>
            <div className="head-actions">
              <ScheduleActions schedule={schedule} />
              <ScheduleChanges schedule={schedule} />
            </div>
          </PageHead>
          <div className="columns columns-even">
            <Rules schedule={schedule} />
            <Next schedule={schedule} />
          </div>
          <Slots id={id} />
        </>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <div className="panel">
          <Skeleton kind="row" rows={8} />
        </div>
      )}
    </>
  );
}

function Rules({ schedule }: { schedule: Schedule }) {
  const { m, f } = useLanguage();
  const described = useDescription(schedule);
  const facts: Fact[] = [
    [m.schedules.expression, <code>{schedule.expression}</code>],
    [m.schedules.zone, schedule.timeZone ?? `${f.zone} (${m.schedules.tenantZone})`],
    [m.schedules.overlap, m.schedules.overlapName[schedule.overlap]],
    [m.schedules.catchUp, m.schedules.catchUpName[schedule.catchUp] + (schedule.catchUp === 'none' ? '' : `, ${m.schedules.window(schedule.catchUpWindowMinutes)}`)],
  ];
  return (
    <Panel title={m.jobs.details} heading={described ?? schedule.expression} tools={<PausedMark paused={schedule.paused} />}>
      <FactList className="facts" facts={facts} />
    </Panel>
  );
}

function Next({ schedule }: { schedule: Schedule }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const { data, error, refetch } = useQuery(nextRunsQuery(tenant.id, schedule.id));
  return (
    <Panel title={m.schedules.next}>
      {schedule.paused || data?.length === 0 ? (
        <p className="muted">{m.schedules.nothingNext}</p>
      ) : data ? (
        <ol className="instants">
          {data.map((instant) => (
            <li key={instant}>{f.dateTime(instant)}</li>
          ))}
        </ol>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <Skeleton kind="row" rows={4} />
      )}
    </Panel>
  );
}

function Slots({ id }: { id: string }) {
  const { m, f } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const outcome = OUTCOMES.find((each) => each === params.get('outcome')) ?? null;
  const offset = offsetOf(params);
  const { data, error, refetch } = useQuery(slotsQuery(tenant.id, id, outcome ?? '', LIMIT, offset));
  return (
    <Panel
      title={m.schedules.slots}
      tools={
        <Choice
          label={m.schedules.result}
          value={outcome ?? 'all'}
          options={[{ value: 'all', label: m.common.all }, ...OUTCOMES.map((each) => ({ value: each, label: m.schedules.outcome[each] }))]}
          onChange={(value) => setParams({ outcome: value === 'all' ? null : value, offset: null }, { replace: true })}
        />
      }
    >
      <p className="muted">{m.schedules.slotsHint}</p>
      {data ? (
        data.length === 0 ? (
          <p className="muted">{outcome === null && offset === 0 ? m.schedules.noSlotsYet : m.schedules.noSlots}</p>
        ) : (
          <>
            <SlotTable slots={data} />
            {(offset > 0 || data.length === LIMIT) && (
              <div className="pager">
                <Button look="quiet" icon="left" disabled={offset === 0} onClick={() => setParams({ offset: offset > LIMIT ? offset - LIMIT : null })}>
                  {m.common.previous}
                </Button>
                <Button look="quiet" icon="right" className="button-trailing" disabled={data.length < LIMIT} onClick={() => setParams({ offset: offset + LIMIT })}>
                  {m.common.next}
                </Button>
              </div>
            )}
          </>
        )
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <Skeleton kind="row" rows={8} />
      )}
      <p className="visually-hidden">{m.app.zone(f.zone)}</p>
    </Panel>
  );
}

function SlotTable({ slots }: { slots: Slot[] }) {
  const { m, f } = useLanguage();
  const { params } = usePlace();
  return (
    <table className="table table-cards">
      <TableHead columns={[m.schedules.due, m.schedules.result, m.schedules.reason]} />
      <tbody>
        {slots.map((slot) => (
          <tr key={slot.dueAt + (slot.tenantId ?? '')}>
            <th scope="row">{f.dateTime(slot.dueAt)}</th>
            <td data-name={m.schedules.result}>
              <OutcomeMark outcome={slot.outcome} />
            </td>
            <td data-name={m.schedules.reason}>
              {reasonText(slot, m)} {slot.jobId !== null && <Link href={pageUrl(`/app/jobs/${slot.jobId}`, params)}>{m.fresh.seeJob}</Link>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

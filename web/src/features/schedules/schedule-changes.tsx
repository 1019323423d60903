// Change a schedule, or remove it: for those who may, and not one of all stores.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act';
import { api } from '../../api/client';
import { scheduleQuery, schedulesQuery } from '../../api/queries';
import { useSession } from '../../api/session';
import { mayDo, type Schedule } from '../../api/types';
import { Button } from '../../components/button';
import { SureDialog } from '../../components/form-dialog';
import { ErrorLine } from '../../components/states';
import { useLanguage } from '../../i18n/context';
import { navigate, pageUrl, usePlace } from '../../lib/location';
import { ScheduleForm } from './schedule-form';

export function ScheduleChanges({ schedule }: { schedule: Schedule }) {
  const { m } = useLanguage();
  const { tenant } = useSession();
  const { params } = usePlace();
  const client = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const remove = useAct({
    mutationFn: () => api<null>(`/schedules/${schedule.id}`, { method: 'DELETE', query: { tenant: tenant.id } }),
    onSuccess: () => {
      navigate(pageUrl('/app/schedules', params), { replace: true });
      // Nothing asks for what is gone any more.
      client.removeQueries({ queryKey: scheduleQuery(tenant.id, schedule.id).queryKey });
      return client.invalidateQueries({ queryKey: schedulesQuery(tenant.id).queryKey, exact: true });
    },
  });
  if (!mayDo(tenant.role, 'manager') || schedule.tenantId === null) return null;
  return (
    <>
      {remove.error && <ErrorLine error={remove.error} />}
      <Button look="quiet" icon="edit" onClick={() => setOpen('edit')}>
        {m.schedules.edit}
      </Button>
      <Button look="quiet" icon="trash" busy={remove.isPending} onClick={() => setOpen('remove')}>
        {m.schedules.remove}
      </Button>
      {open === 'edit' && <ScheduleForm schedule={schedule} onClose={close} />}
      {open === 'remove' && <SureDialog title={m.schedules.remove} question={m.schedules.removeConfirm(schedule.name)} no={m.common.cancel} onYes={() => remove.mutate()} onClose={close} />}
    </>
  );
}

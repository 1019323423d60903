// A job as it goes: the server's event stream, and asking again now and then where the stream breaks.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { apiUrl } from './client';
import { jobQuery } from './queries';
import { isActive, type Job, type JobDetail } from './types';

const ASK_AGAIN_MS = 2_000;
// For so long a stream may be silent: its job may rest, or something on the way may hold its events back.
const SILENCE_MS = 10_000;

// While `active`, keeps the job's cached answer current. `onEnd` is called once, when it has come to rest.
export function useJobEvents(tenant: string, id: string | null, active: boolean, onEnd?: (job: Job) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (id === null || !active) return;
    const { queryKey } = jobQuery(tenant, id);
    let ended = false;
    let asking: ReturnType<typeof setInterval> | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      ended = true;
      source.close();
      clearInterval(asking);
      clearTimeout(silence);
    };
    const end = () => {
      if (ended) return;
      stop();
      void client.query({ ...jobQuery(tenant, id), staleTime: 0 }).then((job) => onEnd?.(job), () => undefined);
    };
    const source = new EventSource(apiUrl(`/jobs/${encodeURIComponent(id)}/events`, { tenant }));
    const ask = () => {
      asking ??= setInterval(() => {
        void client.query({ ...jobQuery(tenant, id), staleTime: 0 }).then(
          (job) => {
            if (!isActive(job.status)) end();
          },
          () => undefined,
        );
      }, ASK_AGAIN_MS);
    };
    const heard = () => {
      clearInterval(asking);
      asking = undefined;
      clearTimeout(silence);
      silence = setTimeout(ask, SILENCE_MS);
    };
    heard();
    source.addEventListener('job', (event: MessageEvent<string>) => {
      heard();
      const job = JSON.parse(event.data) as Job;
      client.setQueryData<JobDetail>(queryKey, (before) => ({ ...job, log: before?.log ?? [] }));
    });
    source.addEventListener('end', end);
    source.addEventListener('error', ask);
    return stop;
  }, [client, tenant, id, active, onEnd]);
}

// Who is signed in and whose numbers are shown, for everything below.
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { dayIn, type Day } from '../lib/dates';
import { api, serverNow } from './client';
import { meQuery } from './queries';
import type { Me, MeChange, Tenant } from './types';

export interface Session {
  me: Me;
  tenant: Tenant;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('no session');
  return session;
}

// The tenant's today, by the server's clock.
export function useToday(): Day {
  return dayIn(useSession().tenant.timeZone, serverNow());
}

// The tenant the URL names, or the first one; undefined if it names one that isn't ours.
export function chosenTenant(me: Me, params: URLSearchParams): Tenant | undefined {
  const wanted = params.get('tenant');
  return wanted === null ? me.tenants[0] : me.tenants.find((tenant) => tenant.id === wanted);
}

// What one says of oneself, kept with the account: shown at once, and taken back if the server doesn't take it.
export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: MeChange) => api<Me>('/auth/me', { method: 'PATCH', body: change }),
    onMutate: ({ locale }) => {
      if (locale) client.setQueryData<Me>(meQuery.queryKey, (me) => me && { ...me, user: { ...me.user, locale } });
    },
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
    },
    onError: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

// Nobody's numbers stay in memory for the next one who signs in. Who that is, is asked again.
export async function forgetSession(client: QueryClient): Promise<void> {
  const [me] = meQuery.queryKey;
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== me });
  client.getMutationCache().clear();
  await client.resetQueries({ queryKey: meQuery.queryKey });
}

// Who is signed in and whose numbers are shown, for everything below.
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { dayIn, type Day } from '../lib/dates';
import { api, ApiError, serverNow, setCsrfToken } from './client';
import { meQuery } from './queries';
import type { Me, MeChange, Tenant } from './types';
import { stillMe, whoIsIn, type Who } from './who';

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

const CHANGE_ME = 'change-me';

// What one says of oneself, kept with the account: shown at once, and taken back if the server doesn't take it.
export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    // One after the other: the last word is the last one said.
    scope: { id: CHANGE_ME },
    mutationKey: [CHANGE_ME],
    mutationFn: (change: MeChange) => api<Me>('/auth/me', { method: 'PATCH', body: change }),
    onMutate: ({ locale }) => {
      if (locale) client.setQueryData<Me>(meQuery.queryKey, (me) => me && { ...me, user: { ...me.user, locale } });
    },
    onSuccess: (me) => {
      // While more is on its way, what is shown already isn't taken back.
      if (client.isMutating({ mutationKey: [CHANGE_ME] }) > 1) return;
      client.setQueryData<Me>(meQuery.queryKey, (now) => stillMe(now, me));
    },
    onError: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

// Asks again who is signed in: in another tab it may have become somebody else, or nobody. All tabs have one session.
export async function askWhoIsIn(client: QueryClient): Promise<Who> {
  const before = client.getQueryData(meQuery.queryKey);
  const now = await api<Me>('/auth/me').catch((error: unknown) => (error instanceof ApiError && error.status === 401 ? null : undefined));
  const who = whoIsIn(before, now);
  if (now && who !== 'same') {
    setCsrfToken(now.csrfToken);
    if (who === 'another') forgetTheRest(client);
    client.setQueryData(meQuery.queryKey, now);
  }
  return who;
}

function forgetTheRest(client: QueryClient): void {
  const [me] = meQuery.queryKey;
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== me });
  client.getMutationCache().clear();
}

// Nobody's numbers stay in memory for the next one who signs in. Who that is, is asked again.
export async function forgetSession(client: QueryClient): Promise<void> {
  forgetTheRest(client);
  await client.resetQueries({ queryKey: meQuery.queryKey });
}

// From nothing to a page: the session, the language, the tenant, then the route.
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError, setCsrfToken, UnreachableError, whenInDoubt, whenSessionEnds } from '../api/client';
import { whenBack } from '../api/connection';
import { followRevision } from '../api/follow';
import { meQuery } from '../api/queries';
import { askWhoIsIn, chosenTenant, forgetSession, SessionContext } from '../api/session';
import type { Me } from '../api/types';
import type { Who } from '../api/who';
import { EmptyState, ErrorState, Skeleton } from '../components/states';
import { AccountPage } from '../features/account/account-page';
import { TeamPage } from '../features/account/team-page';
import { TokensPage } from '../features/account/tokens-page';
import { JobPage } from '../features/jobs/job-page';
import { JobsPage } from '../features/jobs/jobs-page';
import { ListingPage } from '../features/listings/listing-page';
import { ListingsPage } from '../features/listings/listings-page';
import { OverviewPage } from '../features/overview/overview-page';
import { SchedulePage } from '../features/schedules/schedule-page';
import { SchedulesPage } from '../features/schedules/schedules-page';
import { Setup, SignIn } from '../features/session/sign-in';
import { LanguageProvider, useLanguage } from '../i18n/context';
import { usePlace } from '../lib/location';
import { Missing } from './missing';
import { routeOf, type Route } from './routes';
import { Shell } from './shell';
import { ErrorBoundary } from './error-boundary';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // "Offline" says nothing about a server on this very machine: always ask.
      networkMode: 'always',
      staleTime: 15_000,
      retry: (count, error) => count < 2 && ((error instanceof ApiError && error.status >= 500) || error instanceof UnreachableError),
      retryDelay: (count) => 400 * 2 ** count,
    },
    mutations: { networkMode: 'always' },
  },
});

export function App() {
  return (
    <QueryClientProvider client={client}>
      <Gate />
    </QueryClientProvider>
  );
}

function Gate() {
  const client = useQueryClient();
  const { path, params } = usePlace();
  const { data: me, error, refetch } = useQuery(meQuery);
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    whenSessionEnds(() => {
      setEnded(true);
      void forgetSession(client);
    });
    let asking: Promise<Who> | undefined;
    const ask = async () => {
      asking ??= askWhoIsIn(client).finally(() => (asking = undefined));
      const who = await asking;
      if (who === 'another') setEnded(false);
      if (who !== 'nobody') return who;
      setEnded(true);
      void forgetSession(client);
      return who;
    };
    // The same person with another session: then it was only the token that was old.
    whenInDoubt(async () => (await ask()) === 'renewed');
    const look = () => {
      if (document.visibilityState === 'visible') void ask();
    };
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    const ends = [
      whenBack(() => void ask().then(() => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] }))),
      followRevision(client),
      () => removeEventListener('focus', look),
      () => document.removeEventListener('visibilitychange', look),
    ];
    return () => ends.forEach((end) => end());
  }, [client]);
  useEffect(() => {
    if (me) setCsrfToken(me.csrfToken);
  }, [me]);

  if (me && routeOf(path).page !== 'setup') return <SignedIn key={me.user.id} me={me} params={params} path={path} />;
  const nobody = error instanceof ApiError && error.status === 401;
  return (
    <LanguageProvider>
      {routeOf(path).page === 'setup' ? <Setup /> : nobody ? <SignIn ended={ended} onEnter={() => setEnded(false)} /> : error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton kind="block" />}
    </LanguageProvider>
  );
}

function SignedIn({ me, path, params }: { me: Me; path: string; params: URLSearchParams }) {
  const tenant = chosenTenant(me, params);
  const any = tenant ?? me.tenants[0];
  return (
    <LanguageProvider own={me.demo ? undefined : me.user.locale} preferred={me.user.locale} currency={any?.currency} zone={any?.timeZone}>
      {any === undefined ? (
        <NoTenant />
      ) : (
        <SessionContext value={{ me, tenant: any }}>
          <Shell>
            <ErrorBoundary key={path}>
              {tenant === undefined ? <Missing /> : <Page key={tenant.id} route={routeOf(path)} />}
            </ErrorBoundary>
          </Shell>
        </SessionContext>
      )}
    </LanguageProvider>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'listings':
      return <ListingsPage />;
    case 'listing':
      return <ListingPage id={route.id} />;
    case 'jobs':
      return <JobsPage />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'schedules':
      return <SchedulesPage />;
    case 'schedule':
      return <SchedulePage id={route.id} />;
    case 'account':
      return <AccountPage />;
    case 'team':
      return <TeamPage />;
    case 'tokens':
      return <TokensPage />;
    default:
      return <Missing />;
  }
}

function NoTenant() {
  const { m } = useLanguage();
  return (
    <main className="page">
      <EmptyState icon="store" title={m.session.noTenant} hint={m.session.noTenantHint} />
    </main>
  );
}

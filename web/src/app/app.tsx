// From nothing to a page: the session, the language, the tenant, then the route.
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { ApiError, setCsrfToken, UnreachableError, whenInDoubt, whenSessionEnds } from '../api/client';
import { whenBack } from '../api/connection';
import { followRevision } from '../api/follow';
import { meQuery } from '../api/queries';
import { askWhoIsIn, chosenTenant, forgetSession, SessionContext } from '../api/session';
import type { Me } from '../api/types';
import type { Who } from '../api/who';
import { EmptyState, ErrorState, Skeleton } from '../components/states';
import { OverviewPage } from '../features/overview/overview-page';
import { Setup, SignIn } from '../features/session/sign-in';
import { LanguageProvider, useLanguage } from '../i18n/context';
import { usePlace } from '../lib/location';
import { Missing } from './missing';
import { routeOf, type Route } from './routes';
import { Shell } from './shell';
import { ErrorBoundary } from './error-boundary';

const ListingsPage = lazy(() => import('../features/listings/listings-page').then((module) => ({ default: module.ListingsPage })));
const ListingPage = lazy(() => import('../features/listings/listing-page').then((module) => ({ default: module.ListingPage })));
const JobsPage = lazy(() => import('../features/jobs/jobs-page').then((module) => ({ default: module.JobsPage })));
const JobPage = lazy(() => import('../features/jobs/job-page').then((module) => ({ default: module.JobPage })));
const SchedulesPage = lazy(() => import('../features/schedules/schedules-page').then((module) => ({ default: module.SchedulesPage })));
const SchedulePage = lazy(() => import('../features/schedules/schedule-page').then((module) => ({ default: module.SchedulePage })));
const AccountPage = lazy(() => import('../features/account/account-page').then((module) => ({ default: module.AccountPage })));
const TokensPage = lazy(() => import('../features/account/tokens-page').then((module) => ({ default: module.TokensPage })));
const TeamPage = lazy(() => import('../features/account/team-page').then((module) => ({ default: module.TeamPage })));

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
              <Suspense fallback={<Skeleton kind="row" rows={8} />}>{tenant === undefined ? <Missing /> : <Page key={tenant.id} route={routeOf(path)} />}</Suspense>
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

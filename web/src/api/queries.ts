// Every question put to the server: its key says everything its answer depends on.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Day } from '../lib/dates';
import type { Period } from '../lib/period';
import { api } from './client';
import type {
  AuthConfig,
  Explanation,
  FreshnessList,
  JobDetail,
  JobPage,
  ListingDetail,
  ListingPage,
  Me,
  MemberList,
  NextInstants,
  Overview,
  RecurrencePreview,
  Schedule,
  ScheduleList,
  SlotList,
  TokenList,
} from './types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api<Me>('/auth/me', { signal }),
  staleTime: Infinity,
  retry: false,
});

export const authConfigQuery = queryOptions({
  queryKey: ['auth-config'],
  queryFn: ({ signal }) => api<AuthConfig>('/auth/config', { signal }),
});

// Numbers grow old by the minute; while the server doesn't give any, it is asked more often.
const again = (query: { state: { status: string } }) => (query.state.status === 'error' ? 15_000 : 60_000);

export interface Filters {
  marketplace: string | null;
  listing: string | null;
}

export const NO_FILTERS: Filters = { marketplace: null, listing: null };

export const overviewQuery = (tenant: string, query: Period['query'], filters: Filters) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'overview', query, filters],
    queryFn: ({ signal }) => api<Overview>('/metrics/overview', { query: { tenant, ...query, ...filters }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: again,
  });

export const freshnessQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'freshness'],
    queryFn: async ({ signal }) => {
      const answer = await api<FreshnessList>('/freshness', { query: { tenant }, signal });
      return answer.tenants.find((each) => each.tenantId === tenant) ?? null;
    },
    refetchInterval: again,
  });

export const explainQuery = (tenant: string, listing: string, date: Day) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'explain', listing, date],
    queryFn: ({ signal }) => api<Explanation>('/metrics/explain', { query: { tenant, listing, date }, signal }),
  });

export interface ListingsQuestion {
  query: Period['query'];
  q: string;
  status: string;
  marketplace: string | null;
  sort: string;
  limit: number;
  offset: number;
}

export const fetchListings = (tenant: string, { query, ...rest }: ListingsQuestion, signal?: AbortSignal) =>
  api<ListingPage>('/listings', { query: { tenant, ...query, ...rest }, ...(signal ? { signal } : {}) });

export const listingsQuery = (tenant: string, question: ListingsQuestion) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'listings', question],
    queryFn: ({ signal }) => fetchListings(tenant, question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: again,
  });

export const listingQuery = (tenant: string, id: string, query: Period['query']) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'listing', id, query],
    queryFn: ({ signal }) => api<ListingDetail>(`/listings/${encodeURIComponent(id)}`, { query: { tenant, ...query }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: again,
  });

export interface JobsQuestion {
  status: string;
  jobType: string;
  limit: number;
  offset: number;
}

export const jobsQuery = (tenant: string, question: JobsQuestion) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'jobs', question],
    queryFn: ({ signal }) => api<JobPage>('/jobs', { query: { tenant, ...question }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });

export const jobQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'job', id],
    queryFn: ({ signal }) => api<JobDetail>(`/jobs/${encodeURIComponent(id)}`, { query: { tenant }, signal }),
  });

export const schedulesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'schedules'],
    queryFn: async ({ signal }) => (await api<ScheduleList>('/schedules', { query: { tenant }, signal })).schedules,
    refetchInterval: 30_000,
  });

// What an expression would mean. No retries: a wrong one stays wrong.
export const recurrenceQuery = (tenant: string, expression: string, locale: string, timeZone: string | null = null) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'recurrence', expression, locale, timeZone],
    queryFn: ({ signal }) => api<RecurrencePreview>('/recurrence', { query: { tenant, expression, locale, timeZone, count: 6 }, signal }),
    retry: false,
  });

export const scheduleQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'schedules', id],
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${encodeURIComponent(id)}`, { query: { tenant }, signal }),
    refetchInterval: 30_000,
  });

export const nextRunsQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'schedules', id, 'next'],
    queryFn: async ({ signal }) =>
      (await api<NextInstants>(`/schedules/${encodeURIComponent(id)}/next`, { query: { tenant, count: 10 }, signal })).instants,
    refetchInterval: 30_000,
  });

export const slotsQuery = (tenant: string, id: string, outcome: string, limit: number, offset: number) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'schedules', id, 'slots', outcome, limit, offset],
    queryFn: async ({ signal }) =>
      (await api<SlotList>(`/schedules/${encodeURIComponent(id)}/slots`, { query: { tenant, outcome, limit, offset }, signal })).slots,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

export const usersQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'users'],
    queryFn: async ({ signal }) => (await api<MemberList>('/users', { query: { tenant }, signal })).users,
  });

export const tokensQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant, 'tokens'],
    queryFn: async ({ signal }) => (await api<TokenList>('/tokens', { query: { tenant }, signal })).tokens,
  });

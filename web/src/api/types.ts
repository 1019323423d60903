// What the server sends, by name. Shapes come from api/openapi.yaml (schema.gen.ts) where it has them.
import type { Day } from '../lib/dates';
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Role = 'viewer' | 'manager' | 'owner';

export interface Tenant {
  id: string;
  name: string;
  role: Role;
  timeZone: string;
  currency: string;
  locale: string;
}

export interface Me {
  user: { id: string; email: string; name: string; locale: string };
  tenants: Tenant[];
  csrfToken: string;
  demo: boolean;
}

export interface AuthConfig {
  demo: boolean;
  setup: boolean;
}

export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  since: string;
}

export type Kpi = Schemas['Kpi'];
export const METRICS = ['revenue', 'orders', 'units', 'averageTicket', 'visits', 'conversion'] as const;
export type Metric = (typeof METRICS)[number];

// Why the visits of a day are unknown.
export type VisitsReason = 'noData' | 'notComputed' | 'noListing' | 'notYet' | 'notReported';

export interface SeriesDay {
  date: Day;
  revenue: number;
  orders: number;
  units: number;
  averageTicket: number | null;
  visits: number | null;
  visitsReason: VisitsReason | null;
  knownListings: number; // listings whose visits are known
  liveListings: number;
  conversion: number | null;
  cancelledOrders: number;
  cancelledRevenue: number;
  partial: boolean;
  state: 'computed' | 'stale' | 'noData';
}

export type PreviousDay = Pick<SeriesDay, 'date' | 'revenue' | 'orders' | 'units' | 'averageTicket' | 'visits' | 'conversion'>;

export interface RankedListing {
  id: string;
  externalId: string;
  title: string;
  revenue: number;
  orders: number;
  units: number;
  share: number | null;
}

export interface Others {
  count: number;
  revenue: number;
  orders: number;
  units: number;
  share: number | null;
}

// A span of days: its figures, its series and what they are compared with.
export interface Span {
  period: { from: Day; to: Day };
  comparison: Schemas['Overview']['comparison'];
  kpis: Record<Metric, Kpi>;
  series: SeriesDay[];
  previousSeries: PreviousDay[];
}

export type Overview = Omit<Schemas['Overview'], 'salesSeries' | 'topListings' | 'otherListings'> & {
  salesSeries: SeriesDay[];
  previousSeries: PreviousDay[];
  topListings: RankedListing[];
  otherListings: Others; // all that sold but topListings
  bottomListings: RankedListing[];
  others: Others; // all that sold but topListings and bottomListings
  cancelled: { orders: number; revenue: number };
};

export const spanOf = (overview: Overview): Span => ({ ...overview, series: overview.salesSeries });

export type Explanation = Schemas['Explanation'];

// What GET /freshness knows, or as much of it as an overview does.
export type FreshnessState = Overview['freshness'] & Pick<Schemas['TenantFreshness'], 'tenantId' | 'state' | 'reason' | 'nextStep' | 'behindSince'>;

export type ListingStatus = 'active' | 'paused' | 'closed' | 'unknown';

export interface ListingRow {
  id: string;
  externalId: string;
  marketplace: string;
  title: string;
  status: ListingStatus;
  price: number | null;
  stock: number | null;
  category: string | null;
  revenue: number;
  orders: number;
  units: number;
  visits: number | null;
  conversion: number | null;
  averageTicket: number | null;
  share: number | null;
}

export type ListingDetail = ListingRow & Span & { freshness: Overview['freshness'] };

export interface ListingPage {
  listings: ListingRow[];
  total: number;
  limit: number;
  offset: number;
}

export const JOB_STATUSES = ['queued', 'running', 'retrying', 'waiting', 'success', 'error', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
export const JOB_TYPES = ['refresh', 'rebuild', 'fan_out', 'webhook'] as const;
export type JobType = (typeof JOB_TYPES)[number];

export interface Receipt {
  examined: number;
  inserted: number;
  updated: number;
  deleted: number;
  unchanged: number;
  digest: string;
}

export interface JobMetadata {
  mode?: string;
  source?: string;
  range?: { from: Day; to: Day } | null;
  done?: { from: Day; to: Day } | null;
  receipt?: Receipt | null;
}

export interface Job {
  id: string;
  tenantId: string | null;
  tenantName: string | null;
  jobType: JobType;
  status: JobStatus;
  source: string;
  createdAt: string;
  runAt: string | null;
  startedAt: string | null;
  completedAt: string | null;
  durationMs: number | null;
  attempts: number;
  maxAttempts: number;
  cancelRequested: boolean;
  daysTotal: number | null;
  daysDone: number | null;
  recordsProcessed: number;
  errorMessage: string | null;
  params: { from?: Day; to?: Day; lastDays?: number };
  metadata: JobMetadata | null;
  worker: string | null;
  parentId: string | null;
  scheduleId: string | null;
  children?: Record<string, number> | null;
  etaSeconds: number | null;
  rowsPerSecond: number | null;
}

export interface Attempt {
  id: string;
  attempt: number;
  status: 'running' | 'success' | 'error' | 'cancelled';
  startedAt: string;
  completedAt: string | null;
  durationMs: number | null;
  daysTotal: number | null;
  daysDone: number | null;
  recordsProcessed: number;
  errorMessage: string | null;
  metadata: JobMetadata | null;
  worker: string | null;
}

export type JobDetail = Job & { log: Attempt[] };

export interface JobPage {
  jobs: Job[];
  total: number;
  limit: number;
  offset: number;
}

export const OUTCOMES = ['ran', 'coalesced', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Slot {
  dueAt: string;
  tenantId: string | null;
  outcome: Outcome;
  jobId: string | null;
  reason: string | null;
  recordedAt: string;
}

export interface Schedule {
  id: string;
  name: string;
  tenantId: string | null;
  jobType: JobType;
  params: { lastDays?: number };
  expression: string;
  description: string | null;
  timeZone: string | null;
  overlap: 'skip' | 'queue' | 'allow';
  catchUp: 'one' | 'all' | 'none';
  catchUpWindowMinutes: number | null;
  jitterSeconds: number;
  paused: boolean;
  createdAt: string;
  nextRuns: string[];
  lastSlot: Slot | null;
}

export type RecurrencePreview = Schemas['RecurrencePreview'];

const ACTIVE: JobStatus[] = ['queued', 'running', 'retrying', 'waiting'];
export const isActive = (status: JobStatus) => ACTIVE.includes(status);

const RANK: Record<Role, number> = { viewer: 0, manager: 1, owner: 2 };
export const mayDo = (role: Role, needed: Role) => RANK[role] >= RANK[needed];

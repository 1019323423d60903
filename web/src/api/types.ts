// What the server sends, by name. Every shape comes from api/openapi.yaml (schema.gen.ts): a field that the contract
// doesn't have fails to compile.
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type Tenant = Schemas['TenantOfUser'];
export type Me = Schemas['Me'];
export type MeChange = Schemas['MeChange'];
export type AuthConfig = Schemas['AuthConfig'];
export type Member = Schemas['Member'];
export type MemberList = Schemas['MemberList'];
export type Token = Schemas['Token'];
export type MadeToken = Schemas['MadeToken'];
export type TokenList = Schemas['TokenList'];

export type Overview = Schemas['Overview'];
export type Kpi = Schemas['Kpi'];
export type Metric = keyof Schemas['Kpis'];
export const METRICS = ['revenue', 'orders', 'units', 'averageTicket', 'visits', 'conversion'] as const satisfies Metric[];
export type SeriesDay = Schemas['SeriesDay'];
export type PreviousDay = Schemas['PreviousDay'];
export type RankedListing = Schemas['RankedListing'];
export type Others = Schemas['Remainder'];

export type Explanation = Schemas['Explanation'];
export type Values = Schemas['Values'];

export type FreshnessList = Schemas['FreshnessList'];
// What GET /freshness knows, or as much of it as an overview does.
export type FreshnessState = Overview['freshness'] & Pick<Schemas['TenantFreshness'], 'tenantId' | 'state' | 'reason' | 'nextStep' | 'behindSince'>;

export type ListingRow = Schemas['Listing'];
export type ListingStatus = ListingRow['status'];
export type ListingDetail = Schemas['ListingDetail'];
export type ListingPage = Schemas['ListingPage'];

export type Job = Schemas['Job'];
export type JobDetail = Schemas['JobWithLog'];
export type JobPage = Schemas['JobList'];
export type JobStatus = Schemas['JobState'];
export const JOB_STATUSES = ['queued', 'running', 'retrying', 'waiting', 'success', 'error', 'cancelled'] as const satisfies JobStatus[];
export type JobType = Job['jobType'];
export const JOB_TYPES = ['refresh', 'rebuild', 'fan_out'] as const satisfies JobType[];
export type Attempt = Schemas['Execution'];
export type Receipt = Schemas['Receipt'];

export type Slot = Schemas['Slot'];
export type Outcome = Slot['outcome'];
export const OUTCOMES = ['ran', 'coalesced', 'skipped'] as const satisfies Outcome[];
export type SlotList = Schemas['SlotList'];
export type Schedule = Schemas['Schedule'];
export type ScheduleList = Schemas['ScheduleList'];
export type NextInstants = Schemas['NextInstants'];
export type QueuedJobs = Schemas['QueuedJobs'];
export type RecurrencePreview = Schemas['RecurrencePreview'];

const ACTIVE: JobStatus[] = ['queued', 'running', 'retrying', 'waiting'];
export const isActive = (status: JobStatus) => ACTIVE.includes(status);

const RANK: Record<Role, number> = { viewer: 0, manager: 1, owner: 2 };
export const mayDo = (role: Role, needed: Role) => RANK[role] >= RANK[needed];

-- Work asked for, its executions, and what asks for it by itself.

-- The queue, and for some weeks what went through it. What is live is small and found by partial indexes.
CREATE TABLE jobs (
  job_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,               -- in the order of asking
  job_uuid TEXT NOT NULL UNIQUE,
  tenant_id INTEGER NOT NULL,      -- 0: a fan-out, which is of no single tenant
  job_type TEXT NOT NULL,          -- jobs/types.cc
  status TEXT NOT NULL,            -- jobs/status.cc: queued, running, retrying, waiting, success, error, cancelled
  source TEXT NOT NULL,            -- http, cli, web, schedule, catch_up
  params TEXT NOT NULL,            -- JSON
  unique_key TEXT,                 -- at most one job with it is queued; whoever asks again gets that one
  is_exclusive INTEGER NOT NULL,   -- 1: never runs beside another such job of its tenant
  priority INTEGER NOT NULL,       -- 0: somebody waits for it
  turn INTEGER NOT NULL,           -- live jobs its tenant had when it was asked for: tenants take turns
  created_at BIGINT NOT NULL,
  run_at BIGINT NOT NULL,           -- not before this instant; 0 = at once
  started_at BIGINT,
  finished_at BIGINT,
  attempts INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  attempt_id INTEGER,              -- the newest attempt's row in job_logs
  epoch BIGINT NOT NULL,            -- changes with every acquisition and never comes again: fences stale workers off
  worker TEXT,                     -- who holds it
  worker_key INTEGER,              -- the lock that its holder has while it lives
  lease_until BIGINT,               -- by the clock that all workers share (db::Session::lease_clock)
  cancel_requested INTEGER NOT NULL,
  left_to INTEGER,                 -- a rebuild's last day that is still to do; NULL = all of them
  error_message TEXT,
  parent_id BIGINT,                 -- the fan-out it belongs to
  schedule_id INTEGER              -- the schedule that asked for it
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX jobs_queued_once ON jobs (unique_key) WHERE status = 'queued' AND unique_key IS NOT NULL;
CREATE UNIQUE INDEX jobs_running_alone ON jobs (tenant_id) WHERE status = 'running' AND is_exclusive = 1;
CREATE INDEX jobs_due ON jobs (priority, turn, job_id) WHERE status IN ('queued', 'retrying');
CREATE INDEX jobs_running ON jobs (worker) WHERE status = 'running';
CREATE INDEX jobs_waiting ON jobs (job_id) WHERE status = 'waiting';
CREATE INDEX jobs_live ON jobs (tenant_id) WHERE status IN ('queued', 'running', 'retrying');
CREATE INDEX jobs_by_tenant ON jobs (tenant_id, job_id);
CREATE INDEX jobs_by_parent ON jobs (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_given_up ON jobs (finished_at) WHERE status = 'error';
CREATE INDEX jobs_by_finish ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE SEQUENCE job_epochs;

-- Calls with a key: whoever calls again with it gets the same job, also after that ended. Several may share a job.
CREATE TABLE job_calls (
  idempotency_key TEXT NOT NULL PRIMARY KEY,
  job_type TEXT NOT NULL,          -- what was asked for
  params TEXT NOT NULL,
  job_id BIGINT NOT NULL
);

-- Jobs that were queued already when a fan-out wanted one like them: it waits for them, but they aren't its own.
CREATE TABLE fan_out_joined (
  parent_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  PRIMARY KEY (parent_id, job_id)
);

-- Every execution. 'success' is written by the very transaction that commits the attempt's last data.
CREATE TABLE job_logs (
  tenant_id INTEGER NOT NULL,
  attempt_id INTEGER NOT NULL,
  job_log_uuid TEXT NOT NULL,
  job_uuid TEXT NOT NULL,
  job_type TEXT NOT NULL,
  attempt INTEGER NOT NULL,        -- 1, 2, …: which attempt of its job
  epoch BIGINT NOT NULL,
  worker TEXT NOT NULL,
  status TEXT NOT NULL,            -- running, success, error, cancelled
  started_at BIGINT NOT NULL,
  completed_at BIGINT,
  days_total INTEGER NOT NULL,
  days_done INTEGER NOT NULL,
  records_processed BIGINT NOT NULL,
  error_message TEXT,
  metadata TEXT NOT NULL,          -- JSON: the range asked for, the receipt so far
  PRIMARY KEY (tenant_id, attempt_id)
);
CREATE UNIQUE INDEX job_logs_by_uuid ON job_logs (tenant_id, job_log_uuid);
CREATE INDEX job_logs_by_start ON job_logs (started_at);
CREATE INDEX job_logs_by_job ON job_logs (tenant_id, job_uuid);

-- When work is due by itself.
CREATE TABLE schedules (
  schedule_id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule_uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  tenant_id INTEGER NOT NULL,      -- 0: every tenant, each in its own zone
  job_type TEXT NOT NULL,
  params TEXT NOT NULL,            -- JSON
  expression TEXT NOT NULL,        -- domain/recurrence.h
  time_zone TEXT,                  -- NULL: the tenant's
  overlap TEXT NOT NULL,           -- skip, queue, allow
  catch_up TEXT NOT NULL,          -- one, all, none
  catch_up_window BIGINT NOT NULL,  -- milliseconds: slots missed for longer are skipped
  jitter BIGINT NOT NULL,           -- milliseconds
  is_paused INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (tenant_id, name)
);

-- How far each schedule's slots are accounted for, per tenant.
CREATE TABLE schedule_marks (
  schedule_id INTEGER NOT NULL,
  tenant_id INTEGER NOT NULL,
  through BIGINT NOT NULL,          -- every slot up to this instant has a row in schedule_slots
  next_due BIGINT,                  -- the first slot after it; NULL: there is none; 0: to be looked up
  zone TEXT NOT NULL DEFAULT '',   -- the zone that next_due was looked up in
  PRIMARY KEY (schedule_id, tenant_id)
);
CREATE INDEX schedule_marks_due ON schedule_marks (next_due) WHERE next_due IS NOT NULL;

-- Every due instant of a schedule, and what became of it.
CREATE TABLE schedule_slots (
  schedule_id INTEGER NOT NULL,
  tenant_id INTEGER NOT NULL,
  due_at BIGINT NOT NULL,
  outcome TEXT NOT NULL,           -- ran, coalesced, skipped
  job_uuid TEXT,                   -- of the job that ran for it
  reason TEXT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (schedule_id, tenant_id, due_at)
);
CREATE INDEX schedule_slots_by_age ON schedule_slots (recorded_at);

-- A fresh installation keeps itself fresh.
INSERT INTO schedules(schedule_uuid,name,tenant_id,job_type,params,expression,overlap,catch_up,catch_up_window,jitter,is_paused,created_at,updated_at) VALUES
  ('018f0000-0000-7000-8000-000000000001','daily',0,'refresh','{}','10 3 * * *','skip','one',31536000000,0,0,0,0),
  ('018f0000-0000-7000-8000-000000000002','hourly',0,'refresh','{}','0 * * * *','skip','one',86400000,0,0,0,0);

-- What has been reported to the outside and has not recovered since (alerts/review.h).
CREATE TABLE alerts (
  tenant_id INTEGER NOT NULL,
  kind TEXT NOT NULL,              -- tenant_stale, job_failed/<job type>
  alert_uuid TEXT NOT NULL,        -- in what is sent when it opens and when it closes
  since BIGINT NOT NULL,
  job_id BIGINT,                  -- the job that gave up
  epoch BIGINT,                   -- … and its attempt: a success of a later one is the recovery
  PRIMARY KEY (tenant_id, kind)
);

-- What is still to be sent to the webhook. A row goes when it was accepted, or given up.
CREATE TABLE alert_deliveries (
  delivery_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in the order of happening
  delivery_uuid TEXT NOT NULL,
  tenant_id INTEGER NOT NULL,
  kind TEXT NOT NULL,              -- of its alert: those of one kind are sent one after the other
  body TEXT NOT NULL,              -- JSON, sent as it stands here
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,         -- not before; whoever sends it moves it ahead first, so that nobody else does
  attempts INTEGER NOT NULL
);
CREATE INDEX alert_deliveries_due ON alert_deliveries (due_at);
CREATE INDEX alert_deliveries_in_turn ON alert_deliveries (tenant_id, kind, delivery_id);

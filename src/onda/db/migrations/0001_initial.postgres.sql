-- Onda's schema, version 1, for PostgreSQL.
--
-- Every table of a tenant is keyed by tenant_id first: that is how a cluster distributes it and how a range of days is
-- read in one sweep. Instants are milliseconds since 1970-01-01 UTC, days are days since 1970-01-01, money is whole minor
-- units: the same integers on every engine, so that rows and digests can be compared.

CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at BIGINT NOT NULL
);

CREATE TABLE tenants (
  tenant_id INTEGER PRIMARY KEY,
  tenant_uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  currency_digits INTEGER NOT NULL,  -- decimal digits of its minor unit
  locale TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  -- Grows with every committed change that an answer about this tenant could depend on.
  revision BIGINT NOT NULL DEFAULT 0,
  -- The same for what its listings amount to: counts, stock, prices.
  listings_revision BIGINT NOT NULL DEFAULT 0,
  -- The same for the order lines of business days that were over when they changed.
  past_orders_revision BIGINT NOT NULL DEFAULT 0,
  -- The next small ids to give out; changed only under the tenant's lock.
  next_listing_id INTEGER NOT NULL DEFAULT 1,
  next_order_id BIGINT NOT NULL DEFAULT 1,
  next_attempt_id INTEGER NOT NULL DEFAULT 1,
  next_token_id INTEGER NOT NULL DEFAULT 1,
  -- The days that have a tenant_metrics_daily row, or are stale: history_from … computed_through.
  history_from INTEGER,
  computed_through INTEGER,
  -- The newest instant up to which orders are known to be complete.
  orders_through BIGINT
);

CREATE TABLE api_tokens (
  tenant_id INTEGER NOT NULL,
  token_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL,      -- SHA-256 of the whole token; the token itself is shown once and never stored
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (tenant_id, token_id)
);
CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (tenant_id, token_hash);

CREATE TABLE listings (
  tenant_id INTEGER NOT NULL,
  listing_id INTEGER NOT NULL,
  listing_uuid TEXT NOT NULL,
  marketplace TEXT COLLATE "C" NOT NULL,
  external_id TEXT COLLATE "C" NOT NULL,
  title TEXT,
  status INTEGER NOT NULL,       -- 0 unknown, 1 active, 2 paused, 3 closed
  price BIGINT,
  currency TEXT,
  stock BIGINT,
  category TEXT,
  created_at BIGINT,
  closed_at BIGINT,
  -- The business days on which it was live; NULL live_from = known only from facts, NULL live_to = still live.
  live_from INTEGER,
  live_to INTEGER,
  first_seen_at BIGINT NOT NULL,
  changed_revision BIGINT NOT NULL,  -- the tenant's listings_revision that its last change came with, or one before it
  PRIMARY KEY (tenant_id, listing_id)
);
CREATE UNIQUE INDEX listings_by_external ON listings (tenant_id, marketplace, external_id);
-- What has changed since one looked.
CREATE INDEX listings_by_change ON listings (tenant_id, changed_revision);
CREATE INDEX listings_by_uuid ON listings (tenant_id, listing_uuid);

-- Raw orders, as they came: the newest version of each, whole. `lines` holds "number:listing_id:quantity:unit_price"
-- for each line, separated by ';', first line first.
CREATE TABLE orders (
  tenant_id INTEGER NOT NULL,
  order_id BIGINT NOT NULL,
  marketplace TEXT COLLATE "C" NOT NULL,
  external_id TEXT COLLATE "C" NOT NULL,
  status INTEGER NOT NULL,
  ordered_at BIGINT NOT NULL,
  paid_at BIGINT,
  version BIGINT NOT NULL,        -- updated_at, or the newest instant of the order if it came without one
  currency TEXT NOT NULL,
  day INTEGER NOT NULL,          -- the business day it counts on
  lines TEXT NOT NULL,
  PRIMARY KEY (tenant_id, order_id)
);
CREATE UNIQUE INDEX orders_by_external ON orders (tenant_id, marketplace, external_id);

-- The facts of the orders, one row per line, in the order in which a rebuild reads them.
CREATE TABLE order_lines (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  listing_id INTEGER NOT NULL,
  order_id BIGINT NOT NULL,
  line INTEGER NOT NULL,
  at BIGINT NOT NULL,             -- the instant that decided the day
  counting INTEGER NOT NULL,     -- 0 not counted, 1 sale, 2 cancelled after payment
  is_foreign INTEGER NOT NULL,   -- 1: not in the tenant's currency
  order_head INTEGER NOT NULL,   -- 1: first line of its order
  listing_head INTEGER NOT NULL, -- 1: first line of its order with this listing
  quantity BIGINT NOT NULL,
  amount BIGINT NOT NULL,         -- quantity × unit price
  PRIMARY KEY (tenant_id, day, listing_id, order_id, line)
);

-- Visit counts that are known. No row = unknown; 0 = known to be zero.
CREATE TABLE listing_visits (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  listing_id INTEGER NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, listing_id)
);

-- Days whose facts changed after their metrics were computed.
CREATE TABLE stale_days (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day)
);

CREATE TABLE listing_metrics_daily (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  listing_id INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  order_heads INTEGER NOT NULL,
  units BIGINT NOT NULL,
  gmv BIGINT NOT NULL,
  cancelled_orders INTEGER NOT NULL,
  cancelled_heads INTEGER NOT NULL,
  cancelled_gmv BIGINT NOT NULL,
  foreign_orders INTEGER NOT NULL,
  visits BIGINT,
  attempt_id INTEGER NOT NULL,   -- job_logs: who wrote it
  written_at BIGINT NOT NULL,
  previous TEXT,                 -- the values before the last change (JSON), NULL if it never changed
  PRIMARY KEY (tenant_id, day, listing_id)
);

CREATE TABLE tenant_metrics_daily (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  orders INTEGER NOT NULL,       -- distinct orders
  units BIGINT NOT NULL,
  gmv BIGINT NOT NULL,
  cancelled_orders INTEGER NOT NULL,
  cancelled_gmv BIGINT NOT NULL,
  foreign_orders INTEGER NOT NULL,
  visits BIGINT,                  -- Σ over the listings whose visits are known; NULL if there is none
  known_listings INTEGER NOT NULL,   -- listing rows whose visits are known
  listings INTEGER NOT NULL,         -- listing rows
  orders_on_known BIGINT NOT NULL,    -- Σ listing orders over the rows whose visits are known
  marketplaces TEXT NOT NULL,  -- what each marketplace adds to the day (metrics/marketplaces.h)
  attempt_id INTEGER NOT NULL,
  written_at BIGINT NOT NULL,
  -- Large and last, so that nobody reads past them: packed, the listings that sold (metrics/sold.h) and those whose
  -- visits are known (metrics/visited.h). Rankings and sorted pages of listings are made from them.
  sold BYTEA NOT NULL,
  visited BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, day)
);
-- Already packed: compressing again only costs time.
ALTER TABLE tenant_metrics_daily ALTER COLUMN sold SET STORAGE EXTERNAL, ALTER COLUMN visited SET STORAGE EXTERNAL;

-- Sales in other currencies than the tenant's, apart.
CREATE TABLE tenant_currency_daily (
  tenant_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  currency TEXT NOT NULL,
  orders INTEGER NOT NULL,
  units BIGINT NOT NULL,
  gmv BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, currency)
);

-- For analysts: dates, UUIDs, decimal money and conversion in place of small integers.
CREATE VIEW listing_metrics AS
SELECT t.tenant_uuid, l.listing_uuid, l.marketplace, l.external_id, (DATE '1970-01-01' + m.day) AS date,
       m.orders, m.units, round(m.gmv / power(10::numeric, t.currency_digits), t.currency_digits) AS gmv, t.currency,
       m.cancelled_orders, round(m.cancelled_gmv / power(10::numeric, t.currency_digits), t.currency_digits) AS cancelled_gmv, m.foreign_orders, m.visits,
       CASE WHEN m.visits > 0 THEN m.orders::numeric / m.visits END AS conversion
FROM listing_metrics_daily m
JOIN tenants t ON t.tenant_id = m.tenant_id
JOIN listings l ON l.tenant_id = m.tenant_id AND l.listing_id = m.listing_id;

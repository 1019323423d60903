-- Users, what they may do in which tenant, and their sessions, for PostgreSQL.
--
-- None of these tables belongs to one tenant (a user may be a member of several) but memberships, which begins its key with
-- tenant_id like every tenant table. Secrets are stored as hashes only.

CREATE TABLE users (
  user_id BIGINT PRIMARY KEY,
  user_uuid TEXT NOT NULL UNIQUE,
  email TEXT COLLATE "C" NOT NULL UNIQUE,      -- case-folded
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  password_hash TEXT NOT NULL,     -- argon2id with its salt and parameters; '' = nobody signs in with a password
  created_at BIGINT NOT NULL,
  password_changed_at BIGINT NOT NULL
);

CREATE TABLE memberships (
  tenant_id INTEGER NOT NULL,
  user_id BIGINT NOT NULL,
  role INTEGER NOT NULL,           -- 1 viewer, 2 manager, 3 owner
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,     -- SHA-256 of what the cookie holds
  user_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- The links by which the first user is made.
CREATE TABLE setup_links (
  token_hash TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

-- How often a sign-in was tried lately, per account and address and per address.
CREATE TABLE login_attempts (
  attempt_key TEXT PRIMARY KEY,    -- SHA-256: what was typed is not kept
  attempts INTEGER NOT NULL,
  window_ends_at BIGINT NOT NULL
);
CREATE INDEX login_attempts_by_end ON login_attempts (window_ends_at);

-- Users, what they may do in which tenant, and their sessions, for SQLite.
--
-- None of these tables belongs to one tenant (a user may be a member of several) but memberships, which begins its key with
-- tenant_id like every tenant table. Secrets are stored as hashes only.

CREATE TABLE users (
  user_id INTEGER PRIMARY KEY,
  user_uuid TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL UNIQUE,      -- case-folded
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  password_hash TEXT NOT NULL,     -- argon2id with its salt and parameters; '' = nobody signs in with a password
  created_at INTEGER NOT NULL,
  password_changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  tenant_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  role INTEGER NOT NULL,           -- 1 viewer, 2 manager, 3 owner
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,     -- SHA-256 of what the cookie holds
  user_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- The links by which the first user is made.
CREATE TABLE setup_links (
  token_hash TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How often a sign-in was tried lately, per account and address and per address.
CREATE TABLE login_attempts (
  attempt_key TEXT PRIMARY KEY,    -- SHA-256: what was typed is not kept
  attempts INTEGER NOT NULL,
  window_ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_attempts_by_end ON login_attempts (window_ends_at);

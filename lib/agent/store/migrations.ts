/**
 * Schema steps, oldest first; `PRAGMA user_version` counts those applied. Never edit a released step: add one.
 * All missing steps are applied in one transaction (F-54).
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE evidence (
    node TEXT NOT NULL, read_id TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (node, read_id)
  ) STRICT;
  CREATE TABLE reports (node TEXT PRIMARY KEY, revision INTEGER NOT NULL, read_at TEXT, body BLOB NOT NULL) STRICT;
  CREATE TABLE transitions (
    id INTEGER PRIMARY KEY, node TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, level TEXT, check_id TEXT,
    from_state TEXT, to_state TEXT NOT NULL, text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX transitions_by_node ON transitions (node, id);
  CREATE INDEX transitions_by_time ON transitions (at);
  CREATE TABLE boots (
    node TEXT NOT NULL, boot_id TEXT NOT NULL, booted_at TEXT, first_seen_at TEXT NOT NULL, firmware TEXT NOT NULL,
    PRIMARY KEY (node, boot_id)
  ) STRICT;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, created_at TEXT NOT NULL, finished_at TEXT, created_by TEXT NOT NULL,
    body BLOB NOT NULL, manifest TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (created_at);
  CREATE TABLE run_rows (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, size_bytes INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run_id, size_bytes)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_log (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, number INTEGER NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE snapshots (
    id_hash TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, title TEXT NOT NULL, created_by TEXT NOT NULL, created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL, views INTEGER NOT NULL, last_view_at TEXT, body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY, user TEXT NOT NULL, role TEXT NOT NULL, mode TEXT NOT NULL, token_hash TEXT,
    created_at TEXT NOT NULL, seen_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE limits (key TEXT PRIMARY KEY, window_start INTEGER NOT NULL, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // What a frozen link shows, for the list of what is shared: kind, state, subject by its name here, whether names are masked. JSON.
  `ALTER TABLE snapshots ADD COLUMN about TEXT NOT NULL DEFAULT '';`,
]

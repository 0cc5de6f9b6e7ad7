import type { Generated, Kysely } from 'kysely'

/** Tables of the store. Times are ISO 8601 UTC text; bodies are deflated JSON (`packed.ts`). */
export interface Tables {
  meta: { key: string; value: string }
  /** Latest evidence of each read; `node` is '' for what belongs to the cluster. */
  evidence: { node: string; read_id: string; status: string; started_at: string; digest: string; body: Uint8Array }
  /** Latest report of each node: a restart shows the last known fleet at once. */
  reports: { node: string; revision: number; read_at: string | null; body: Uint8Array }
  transitions: {
    id: Generated<number>
    node: string
    at: string
    kind: string
    level: string | null
    check_id: string | null
    from_state: string | null
    to_state: string
    text: string
  }
  /** The reboot ledger: one row per boot, with what the firmware said then. */
  boots: { node: string; boot_id: string; booted_at: string | null; first_seen_at: string; firmware: string }
  runs: {
    id: string
    state: string
    created_at: string
    finished_at: string | null
    created_by: string
    body: Uint8Array
    manifest: string
  }
  run_rows: { run_id: string; size_bytes: number; body: string }
  run_log: { run_id: string; number: number; line: string }
  /** Frozen links. The id itself is never stored, only its SHA-256. */
  snapshots: {
    id_hash: string
    handle: string
    title: string
    created_by: string
    created_at: string
    expires_at: string
    views: number
    last_view_at: string | null
    body: Uint8Array
    /** JSON of what the list says of it; '' for links older than the column. */
    about: string
  }
  sessions: {
    id_hash: string
    user: string
    role: string
    mode: string
    /** Hash of the token it was opened with; a token taken out of the configuration ends its sessions. */
    token_hash: string | null
    created_at: string
    seen_at: string
  }
  /** Counters of rate limits: survive a restart (SEC-10). */
  limits: { key: string; window_start: number; count: number }
}

export type Db = Kysely<Tables>

import { sql } from 'kysely'
import type { z } from 'zod'
import { type RunRow, runRow } from '@/lib/contract/runs'
import { pack, unpack } from './packed'
import type { Db } from './schema'

/** Log lines kept of one run; later ones are counted, not kept. */
export const MAX_RUN_LOG_LINES = 20_000
const MAX_LINE = 4_096

/** What identifies a run in the store; `body` is the runner's own record, validated by its schema when loaded. */
export interface StoredRun<T> {
  id: string
  state: string
  createdAt: string
  finishedAt: string | null
  createdBy: string
  manifest: string
  body: T
}

/** Writes a run as it is now; committed when this resolves. */
export async function saveRun(db: Db, run: StoredRun<unknown>): Promise<void> {
  const row = {
    id: run.id,
    state: run.state,
    created_at: run.createdAt,
    finished_at: run.finishedAt,
    created_by: run.createdBy,
    manifest: run.manifest,
    body: pack(run.body),
  }
  const { id: _, ...changes } = row
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('runs')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute()
  })
}

/** Runs, newest first, and before them those that have not ended; rows whose body does not fit the schema are left out. */
export async function loadRuns<S extends z.ZodType>(db: Db, body: S, limit = 200): Promise<StoredRun<z.output<S>>[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .orderBy(sql`finished_at IS NOT NULL`)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => {
    const unpacked = unpack(row.body, body)
    if (unpacked === null) return []
    return [
      {
        id: row.id,
        state: row.state,
        createdAt: row.created_at,
        finishedAt: row.finished_at,
        createdBy: row.created_by,
        manifest: row.manifest,
        body: unpacked,
      },
    ]
  })
}

/** Writes result rows; a row for the same size replaces the earlier one (P-10). */
export async function saveRunRows(db: Db, runId: string, rows: readonly RunRow[]): Promise<void> {
  if (rows.length === 0) return
  await db.transaction().execute(async (trx) => {
    for (const row of rows) {
      await trx
        .replaceInto('run_rows')
        .values({ run_id: runId, size_bytes: row.sizeBytes, body: JSON.stringify(row) })
        .execute()
    }
  })
}

/** Result rows by growing size. */
export async function loadRunRows(db: Db, runId: string): Promise<RunRow[]> {
  const rows = await db
    .selectFrom('run_rows')
    .select('body')
    .where('run_id', '=', runId)
    .orderBy('size_bytes')
    .execute()
  return rows.flatMap((row) => {
    const parsed = runRow.safeParse(JSON.parse(row.body))
    return parsed.success ? [parsed.data] : []
  })
}

/**
 * Appends log lines from number `from` on; lines past the cap are dropped. Writing the same numbers again changes nothing.
 * @returns how many lines the store holds now
 */
export async function appendRunLog(db: Db, runId: string, from: number, lines: readonly string[]): Promise<number> {
  const kept = lines.slice(0, Math.max(0, MAX_RUN_LOG_LINES - from))
  await db.transaction().execute(async (trx) => {
    for (const [index, line] of kept.entries()) {
      await trx
        .insertInto('run_log')
        .values({ run_id: runId, number: from + index, line: line.replaceAll('\0', '').slice(0, MAX_LINE) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  })
  return from + kept.length
}

/** Log lines by number, at most `limit`. */
export async function loadRunLog(
  db: Db,
  runId: string,
  from: number,
  limit = 1_000,
): Promise<{ number: number; line: string }[]> {
  return db
    .selectFrom('run_log')
    .select(['number', 'line'])
    .where('run_id', '=', runId)
    .where('number', '>=', from)
    .orderBy('number')
    .limit(limit)
    .execute()
}

import { sql } from 'kysely'
import type { Db } from './schema'

/** How long history is kept; days and counts. */
export interface Retention {
  transitionsDays: number
  bootsPerNode: number
  runs: number
}

/** Removes what is past its time; each table in its own short transaction, so that nothing waits long. */
export async function applyRetention(db: Db, keep: Retention, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keep.transitionsDays * 86_400_000).toISOString()
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('transitions').where('at', '<', before).execute()
    // A node that flaps for weeks must not fill the disk within the allowed days.
    await sql`DELETE FROM transitions WHERE id IN (
      SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY node ORDER BY id DESC) AS n FROM transitions) WHERE n > 2000
    )`.execute(trx)
  })
  await db.transaction().execute(async (trx) => {
    await sql`DELETE FROM boots WHERE (node, boot_id) IN (
      SELECT node, boot_id FROM (
        SELECT node, boot_id, row_number() OVER (PARTITION BY node ORDER BY first_seen_at DESC) AS n FROM boots
      ) WHERE n > ${keep.bootsPerNode}
    )`.execute(trx)
  })
  await db.transaction().execute(async (trx) => {
    await sql`DELETE FROM runs WHERE finished_at IS NOT NULL AND id NOT IN (
      SELECT id FROM runs ORDER BY created_at DESC LIMIT ${keep.runs}
    )`.execute(trx)
  })
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('snapshots').where('expires_at', '<=', now.toISOString()).execute()
    const oldest = new Date(now.getTime() - 86_400_000).toISOString()
    await trx.deleteFrom('sessions').where('created_at', '<', oldest).execute()
    await trx
      .deleteFrom('limits')
      .where('window_start', '<', now.getTime() - 86_400_000)
      .execute()
  })
}

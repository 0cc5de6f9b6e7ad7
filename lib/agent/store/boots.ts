import { z } from 'zod'
import type { Db } from './schema'

const firmware = z.record(z.string(), z.unknown())

/** One boot of a node, with what its adapters' firmware said during it (shape owned by the history collector). */
export interface BootRecord {
  node: string
  bootId: string
  bootedAt: string | null
  firstSeenAt: string
  firmware: Readonly<Record<string, unknown>>
}

/** Records a boot, or the newer firmware values of one already known; `firstSeenAt` of a known boot never moves. */
export async function recordBoot(db: Db, boot: BootRecord): Promise<void> {
  const row = {
    node: boot.node,
    boot_id: boot.bootId,
    booted_at: boot.bootedAt,
    first_seen_at: boot.firstSeenAt,
    firmware: JSON.stringify(boot.firmware),
  }
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('boots')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['node', 'boot_id']).doUpdateSet({ booted_at: row.booted_at, firmware: row.firmware }),
      )
      .execute()
  })
}

/** Boots of a node, newest first. */
export async function loadBoots(db: Db, node: string, limit = 20): Promise<BootRecord[]> {
  const rows = await db
    .selectFrom('boots')
    .selectAll()
    .where('node', '=', node)
    .orderBy('first_seen_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    node: row.node,
    bootId: row.boot_id,
    bootedAt: row.booted_at,
    firstSeenAt: row.first_seen_at,
    firmware: firmware.catch({}).parse(JSON.parse(row.firmware)),
  }))
}

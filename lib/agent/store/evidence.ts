import { evidence as evidenceSchema } from '@/lib/contract/report'
import type { Evidence } from '@/lib/read'
import { pack, unpack } from './packed'
import type { Db } from './schema'

/** Longest text kept of one read; what a page can show. A longer one is stored cut, and says so. */
export const MAX_STORED_TEXT = 1024 * 1024

/** Keeps the latest evidence of each read of a node ('' for the cluster), in one transaction. It must be redacted already. */
export async function saveEvidence(db: Db, node: string, evidence: readonly Evidence[]): Promise<void> {
  if (evidence.length === 0) return
  await db.transaction().execute(async (trx) => {
    for (const one of evidence) {
      const row = {
        node,
        read_id: one.id,
        status: one.status,
        started_at: one.startedAt,
        digest: one.digest,
        body: pack(bounded(one)),
      }
      await trx.replaceInto('evidence').values(row).execute()
    }
  })
}

/** Latest evidence of a node, all reads or those asked for. */
export async function loadEvidence(db: Db, node: string, reads?: readonly string[]): Promise<Evidence[]> {
  if (reads?.length === 0) return []
  let query = db.selectFrom('evidence').select(['body']).where('node', '=', node)
  if (reads) query = query.where('read_id', 'in', [...reads])
  const rows = await query.orderBy('read_id').execute()
  return rows.flatMap((row) => unpack(row.body, evidenceSchema) ?? [])
}

function bounded(one: Evidence): Evidence {
  if (one.text.length <= MAX_STORED_TEXT && one.stderr.length <= MAX_STORED_TEXT) return one
  return { ...one, text: one.text.slice(0, MAX_STORED_TEXT), stderr: one.stderr.slice(0, MAX_STORED_TEXT), cut: true }
}

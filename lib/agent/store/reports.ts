import { nodeReport } from '@/lib/contract/report'
import type { NodeReport } from '@/lib/report'
import { pack, unpack } from './packed'
import type { Db } from './schema'
import { insertTransitions, type NodeTransition } from './transitions'

/** Keeps the latest report of each node, and what changed since the one before, all in one transaction. */
export async function saveReports(
  db: Db,
  reports: readonly NodeReport[],
  transitions: readonly NodeTransition[] = [],
): Promise<void> {
  if (reports.length + transitions.length === 0) return
  await db.transaction().execute(async (trx) => {
    for (const report of reports) {
      const row = { node: report.node, revision: report.revision, read_at: report.readAt, body: pack(report) }
      await trx.replaceInto('reports').values(row).execute()
    }
    await insertTransitions(trx, transitions)
  })
}

/** The last known fleet. Reports of an older shape are left out: they are judged anew. */
export async function loadReports(db: Db): Promise<NodeReport[]> {
  const rows = await db.selectFrom('reports').select(['body']).orderBy('node').execute()
  return rows.flatMap((row) => unpack(row.body, nodeReport) ?? [])
}

/** Forgets a node that left the cluster: its report and evidence; transitions and boots stay until their retention ends. */
export async function forgetNode(db: Db, node: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('reports').where('node', '=', node).execute()
    await trx.deleteFrom('evidence').where('node', '=', node).execute()
  })
}

import { type Transition, transition } from '@/lib/contract/api'
import type { Db } from './schema'

/** A change of one node, in words. */
export interface NodeTransition extends Transition {
  node: string
}

/** Appends transitions, in order, in one transaction. */
export async function appendTransitions(db: Db, transitions: readonly NodeTransition[]): Promise<void> {
  if (transitions.length === 0) return
  await db.transaction().execute((trx) => insertTransitions(trx, transitions))
}

/** The same within a transaction that is open. */
export async function insertTransitions(trx: Db, transitions: readonly NodeTransition[]): Promise<void> {
  for (const one of transitions) {
    const row = {
      node: one.node,
      at: one.at,
      kind: one.kind,
      level: one.level,
      check_id: one.check,
      from_state: one.from,
      to_state: one.to,
      text: one.text,
    }
    await trx.insertInto('transitions').values(row).execute()
  }
}

/** The newest transitions of a node, newest first. */
export async function loadTransitions(db: Db, node: string, limit = 100): Promise<Transition[]> {
  const rows = await db
    .selectFrom('transitions')
    .selectAll()
    .where('node', '=', node)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => {
    const parsed = transition.safeParse({
      at: row.at,
      kind: row.kind,
      level: row.level,
      check: row.check_id,
      from: row.from_state,
      to: row.to_state,
      text: row.text,
    })
    return parsed.success ? [parsed.data] : []
  })
}

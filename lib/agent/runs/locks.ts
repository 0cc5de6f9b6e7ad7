import { refuse } from '@/lib/agent/refusal'
import { isOver, type RunRecordBody } from './record'

/**
 * Whether a run over these nodes may begin beside those under way: one run a node, and not too many at once. A search holds all its
 * nodes until it ends; its own runs do not count.
 * @throws Refusal `run-exists` with the run that is in the way (F-80)
 */
export function claim(records: readonly RunRecordBody[], nodes: readonly string[], concurrent: number): void {
  const active = records.filter((record) => !isOver(record))
  const roots = active.filter((record) => record.parent === null)
  // A run whose search is gone from the store still holds its nodes.
  const holder = [...roots, ...active].find((record) => record.nodes.some((node) => nodes.includes(node)))
  const inTheWay = holder ?? (roots.length >= concurrent ? roots[0] : undefined)
  if (inTheWay) throw refuse('run-exists', { run: inTheWay.id, nodes: inTheWay.nodes.join(', ') })
}

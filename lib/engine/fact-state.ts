import type { ReadStatus } from '@/lib/read'
import type { EvidenceRef } from '@/lib/report'

/** When a fact was read: `at` for people, `seenMs` for measuring. */
interface Moment {
  /** Wall clock, ISO; null: offline, or it never ages. */
  at: string | null
  /** The same moment on the reader's steady clock (monotonic, milliseconds): a wall clock that jumps ages nothing (I10, M-24). */
  seenMs?: number
}

/** A fact as the engine holds it: read and parsed, or the reason why not. */
export type FactState =
  | (Moment & {
      status: 'ok'
      value: unknown
      refs: readonly EvidenceRef[]
      /** Why the value is no longer the present one, whatever its age: shown as last known, judged unknown. */
      lost?: string
    })
  | (Moment & { status: Exclude<ReadStatus, 'ok'>; reason: string; refs: readonly EvidenceRef[] })

/** All facts of one node (or of the cluster) by id. Missing key: not collected yet. */
export type FactTable = Readonly<Record<string, FactState | undefined>>

/** The values of the facts that were read and still hold, by id. */
export function readValues(facts: FactTable): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [id, fact] of Object.entries(facts))
    if (fact?.status === 'ok' && fact.lost === undefined) values[id] = fact.value
  return values
}

import type { ReadStatus } from '@/lib/read'
import type { EvidenceRef } from '@/lib/report'

/** A fact as the engine holds it: read and parsed, or the reason why not. */
export type FactState =
  | { status: 'ok'; value: unknown; at: string | null; refs: readonly EvidenceRef[] }
  | { status: Exclude<ReadStatus, 'ok'>; reason: string; at: string | null; refs: readonly EvidenceRef[] }

/** All facts of one node (or of the cluster) by id. Missing key: not collected yet. */
export type FactTable = Readonly<Record<string, FactState | undefined>>

/** The values of the facts that were read, by id. */
export function readValues(facts: FactTable): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [id, fact] of Object.entries(facts)) if (fact?.status === 'ok') values[id] = fact.value
  return values
}

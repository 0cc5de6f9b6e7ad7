import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { isNcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { Observer } from '@/lib/agent/observer/observer'
import type { RunRecord } from '@/lib/collector'
import { ageSec, BUDGET_SEC } from '@/lib/engine/freshness'
import type { ProvingRun } from '@/lib/engine/proof'
import { isOver, type RunRecordBody } from './record'

/** Hands the results of finished runs to the nodes that took part, as facts with an age (DESIGN: a result is bound to its boot). */
export function feedFacts(observer: Observer, records: readonly RunRecordBody[], nodes: readonly string[]): void {
  for (const collector of observer.model.registry.collectors) {
    if (collector.via !== 'run' || collector.read.test !== 'nccl') continue
    for (const node of nodes) {
      const own = resultsOf(records, node, observer.recorder.report(node)?.bootId ?? null)
      if (own.length === 0) continue
      const at = own[0]?.finishedAt ?? null
      const refs = [{ id: `${collector.id}.run`, via: 'run' as const, status: 'ok' as const, at }]
      observer.model.setNodeFact(node, collector.id, { status: 'ok', value: collector.fold(own), at, refs })
    }
  }
}

/** Results of a node, newest first; those of another boot are left out: the machine may have changed. */
function resultsOf(records: readonly RunRecordBody[], node: string, bootId: string | null): RunRecord<NcclRunResult>[] {
  return records
    .filter((record) => isOver(record) && record.ending !== 'cancelled' && record.nodes.includes(node))
    .filter((record) => bootId === null || record.bootIds[node] === undefined || record.bootIds[node] === bootId)
    .sort((a, b) => (b.finishedAt ?? '').localeCompare(a.finishedAt ?? ''))
    .flatMap((record) =>
      isNcclRunResult(record.result)
        ? [
            {
              runId: record.id,
              finishedAt: record.finishedAt ?? '',
              nodes: record.nodes,
              bootIds: record.bootIds,
              result: record.result,
            },
          ]
        : [],
    )
}

/** The newest run that shows NCCL over the fabric at the expected bandwidth on this node in this boot; one node alone proves no fabric. */
export function provingRun(
  records: readonly RunRecordBody[],
  node: string,
  bootId: string | null,
  now: Date,
): ProvingRun | null {
  const newest = resultsOf(records, node, bootId)[0]
  const record = records.find((each) => each.id === newest?.runId)
  if (!newest || !record?.sentence || record.finishedAt === null || record.verdict !== 'pass') return null
  const overFabric =
    newest.result.transport === 'IB' || newest.result.transport === 'RoCE' || newest.result.transport === 'IB-or-RoCE'
  if (!overFabric || record.nodes.length < 2 || record.expected === null) return null
  if (ageSec(record.finishedAt, now.toISOString()) > BUDGET_SEC.run) return null
  return { runId: record.id, finishedAt: record.finishedAt, sentence: record.sentence }
}

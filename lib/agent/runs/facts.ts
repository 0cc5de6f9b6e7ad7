import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { isNcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { cellsOf, isRdmaRunCells, type RdmaRunCells } from '@/collectors/run/perftest/runs'
import type { Observer } from '@/lib/agent/observer/observer'
import { traitsOf } from '@/lib/agent/observer/traits'
import type { RunRecord } from '@/lib/collector'
import { ageSec, BUDGET_SEC, budgetOf } from '@/lib/engine/freshness'
import type { ProvingRun } from '@/lib/engine/proof'
import { isOver, type RunRecordBody } from './record'

/** What a result is bound to: measured on another boot, driver or firmware it says nothing of the machine as it is (DESIGN: age of a run). */
export interface NodeIdentity {
  bootId: string | null
  /** `firmware`, `driver`, `kernel`; only those known. */
  versions: Readonly<Record<string, string>>
}

export function identityOf(observer: Observer, node: string): NodeIdentity {
  const sources = observer.sources(node)
  const { firmware, kernel } = traitsOf(node, sources).attributes
  const driver = sources.node?.labels['nvidia.com/cuda.driver-version.full']
  const versions = Object.entries({ firmware, kernel, driver }).flatMap(([key, value]) =>
    typeof value === 'string' && value !== '' ? [[key, value] as const] : [],
  )
  return {
    bootId: observer.recorder.report(node)?.bootId ?? sources.node?.bootId ?? null,
    versions: Object.fromEntries(versions),
  }
}

/** Why a run no longer counts for a node: what is known now and was known then differs; null while it counts. */
export function staleReason(record: RunRecordBody, node: string, now: NodeIdentity): string | null {
  const boot = record.bootIds[node]
  if (boot !== undefined && now.bootId !== null && boot !== now.bootId) return 'the node was booted since'
  const before = record.versions[node] ?? {}
  const changed = Object.keys(before).find(
    (key) => now.versions[key] !== undefined && now.versions[key] !== before[key],
  )
  return changed === undefined ? null : `its ${changed} changed from ${before[changed]} to ${now.versions[changed]}`
}

/** Hands the results of finished runs to the nodes that took part, as facts with an age. */
export function feedFacts(observer: Observer, records: readonly RunRecordBody[], nodes: readonly string[]): void {
  for (const collector of observer.model.registry.collectors) {
    if (collector.via !== 'run') continue
    const kind = KINDS[collector.read.test]
    for (const node of nodes) {
      const { own, stale } = resultsOf(records, node, identityOf(observer, node), kind)
      const at = own[0]?.finishedAt ?? null
      const ref = { id: `${collector.id}.run`, via: 'run' as const, at }
      if (own.length > 0) {
        // A fact is as old as its newest run: pair tests that would be stale by themselves are not carried by it.
        const isRecent = (one: RunRecord) => ageSec(one.finishedAt, at ?? '') <= budgetOf(collector)
        const value = collector.fold(collector.read.test === 'rdma' ? own.filter(isRecent) : own)
        observer.model.setNodeFact(node, collector.id, { status: 'ok', value, at, refs: [{ ...ref, status: 'ok' }] })
      } else if (observer.model.nodeFact(node, collector.id)?.status === 'ok' || stale !== null) {
        const reason = stale === null ? 'no run yet' : `no run since: ${stale}`
        const refs = [{ ...ref, status: 'absent' as const, reason }]
        observer.model.setNodeFact(node, collector.id, { status: 'absent', reason, at: null, refs })
      }
    }
  }
}

/** Whether a run says anything of its nodes: it measured, and nobody took it away. */
function says(record: RunRecordBody, node: string): boolean {
  const byItself = record.ending === 'succeeded' || record.ending === 'failed'
  // One rail of a suspect says nothing of the partner that is known to be good.
  const isAbout = record.onlyRail === null || record.about === node
  return isOver(record) && byItself && record.startedAt !== null && record.nodes.includes(node) && isAbout
}

/** What a stored result says of one node, by kind of run; null where it says nothing. */
type ResultOf<R> = (result: unknown, node: string) => R | null

const ncclResult: ResultOf<NcclRunResult> = (result) => (isNcclRunResult(result) ? result : null)

/** Only the tests that this node took part in, with what was tried at all. */
const rdmaResult: ResultOf<RdmaRunCells> = (result, node) => {
  if (!isRdmaRunCells(result)) return null
  const own = cellsOf(node, result)
  return own.cells.length > 0 ? own : null
}

const KINDS: Readonly<Record<'nccl' | 'rdma', ResultOf<object>>> = { nccl: ncclResult, rdma: rdmaResult }

/** Results of a kind that a node has and that still count, newest first, and why the newest of the others does not. */
function resultsOf<R>(
  records: readonly RunRecordBody[],
  node: string,
  now: NodeIdentity,
  resultOf: ResultOf<R>,
): { own: RunRecord<R>[]; stale: string | null } {
  const all = records
    .filter((record) => says(record, node) && resultOf(record.result, node) !== null)
    .sort((a, b) => (b.finishedAt ?? '').localeCompare(a.finishedAt ?? ''))
  const stale = all.map((record) => staleReason(record, node, now))
  const own = all.flatMap(({ id, finishedAt, nodes, bootIds, result: stored }, at) => {
    const result = resultOf(stored, node)
    return stale[at] === null && result !== null
      ? [{ runId: id, finishedAt: finishedAt ?? '', nodes, bootIds, result }]
      : []
  })
  return { own, stale: stale.find((why) => why !== null) ?? null }
}

/** The newest run that shows NCCL over the fabric at the expected bandwidth on this node as it is now; one node alone proves no fabric. */
export function provingRun(
  records: readonly RunRecordBody[],
  node: string,
  identity: NodeIdentity,
  now: Date,
): ProvingRun | null {
  const newest = resultsOf(records, node, identity, ncclResult).own[0]
  const record = records.find((each) => each.id === newest?.runId)
  if (!newest || !record?.sentence || record.finishedAt === null || record.verdict !== 'pass') return null
  const { transport } = newest.result
  const isOverFabric = transport === 'IB' || transport === 'RoCE' || transport === 'IB-or-RoCE'
  if (!isOverFabric || record.nodes.length < 2 || record.expected === null) return null
  if (ageSec(record.finishedAt, now.toISOString()) > BUDGET_SEC.run) return null
  return { runId: record.id, finishedAt: record.finishedAt, sentence: record.sentence }
}

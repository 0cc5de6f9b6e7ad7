import type { NcclRunResult, NcclRuns } from '@/collectors/run/nccl-tests/runs'
import type { Detail, FixStep } from '@/lib/check'

/** The run that is judged: the newest over all rails. Null where none is known. */
export function judgedRun(fact: NcclRuns): NcclRunResult | null {
  return fact.runs.find((run) => run.rail === null) ?? null
}

/** Said by every check of a run when there is none. */
export const NO_RUN = 'no NCCL run is known'

/** Nodes a run used: by its device list, else as asked for. Null where neither tells. */
export function nodeCount(run: NcclRunResult): number | null {
  return run.nodes ?? (run.requestedNodes.length > 0 ? run.requestedNodes.length : null)
}

/** Whether ranks talk between nodes. Several hosts in the log or network channels prove it; null where nothing tells. */
export function crossesNodes(run: NcclRunResult): boolean | null {
  const nodes = nodeCount(run)
  if (nodes !== null) return nodes > 1
  if (run.acrossNodes !== undefined && run.acrossNodes !== null) return run.acrossNodes
  const hosts = new Set([...run.networkHosts.flatMap((entry) => entry.hosts), ...run.hosts.map((host) => host.name)])
  const { gpuDirect, staged, socket } = run.channels
  return hosts.size > 1 || gpuDirect + staged + socket > 0 ? true : null
}

/** True where the run is over and printed its whole table. */
export function isWhole(run: NcclRunResult): boolean {
  return run.complete && run.outcome !== 'running' && run.outcome !== 'cut' && !hasSignature(run, 'derived.no_mpi')
}

export function hasSignature(run: NcclRunResult, ...ids: readonly string[]): boolean {
  return run.signatures.some((hit) => ids.includes(hit.id))
}

/** "2 nodes, 16 ranks", as far as known. */
export function describeRun(run: NcclRunResult): string {
  const nodes = nodeCount(run)
  const ranks = run.ranks ?? run.ranksFromRatio
  const parts = [
    ...(nodes === null ? [] : [nodes === 1 ? '1 node' : `${nodes} nodes`]),
    ...(ranks === null ? [] : [`${ranks} ranks`]),
    ...(run.gpuModel === null ? [] : [run.gpuModel]),
  ]
  return parts.length > 0 ? parts.join(', ') : 'this run'
}

/** Node of a host name that ranks print: the pod's node where the machinery knows it. */
export function nodeOf(run: NcclRunResult, host: string): string {
  return run.nodeByHost[host] ?? host
}

/** Values of a setting that ranks report. */
export function setting(run: NcclRunResult, name: string): readonly string[] {
  return run.environment.find((entry) => entry.name === name)?.values ?? []
}

/** The first lines of these signatures as evidence, in the order in which they are asked for; empty where none fired. */
export function lineEvidence(run: NcclRunResult, ids: readonly string[]): Detail[] {
  const lines = ids.flatMap((id) => run.signatures.filter((hit) => hit.id === id && hit.line !== ''))
  if (lines.length === 0) return []
  return [
    {
      kind: 'lines',
      title: 'What NCCL said',
      source: run.runId ? `log of run ${run.runId}` : 'NCCL log',
      lines: lines.map((hit) => ({
        text: hit.count > 1 ? `${hit.line}   (${hit.count} times)` : hit.line,
        mark: true,
      })),
    },
  ]
}

/** How to get a log that says more. */
export const RERUN_WITH_LOG: FixStep = {
  text: 'Run again with the log levels that name network, devices and channels',
  command: 'export NCCL_DEBUG=INFO NCCL_DEBUG_SUBSYS=INIT,BOOTSTRAP,ENV,NET',
  risk: 'none',
  minutes: 5,
}

/** GB/s with as many digits as the value carries. */
export function gbps(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} GB/s`
}

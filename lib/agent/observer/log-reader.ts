import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { AnyCollector, LogCollector, PodLog } from '@/lib/collector'
import { NotRead } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import type { RawRead } from '@/lib/read'
import type { EvidenceRef } from '@/lib/report'
import { sanitise } from '@/lib/sanitise'
import type { Redact } from './intake'

export type AnyLogCollector = LogCollector<string, unknown>

export interface LogReaderDeps {
  kube: Pick<KubeTransport, 'log'>
  redact: Redact
  now(): string
  steadyMs(): number
  /** Pods as they are watched, or why they are not known. Nothing is listed for the logs' sake (G-16). */
  pods(): FactState | undefined
  /** Nodes whose component logs are worth reading now (k8s-formats §1: the log is read when the node state is not green). */
  suspects(): ReadonlySet<string>
  setNode(node: string, fact: string, state: FactState): void
  setCluster(fact: string, state: FactState): void
  nodes(): readonly string[]
  collected(collector: string, ok: boolean, seconds: number): void
}

/** Pods whose log is read in one round, and at once; the API server is shared with everybody (G-16). */
const MAX_PODS = 60
const AT_ONCE = 4

const UNREAD = 'the log is read only when something is wrong on the node'
const TOO_MANY = `only ${MAX_PODS} logs are read in one round: this one was not among them`

/** The log collectors among all. */
export function logCollectors(collectors: readonly AnyCollector[]): readonly AnyLogCollector[] {
  return collectors.filter((collector): collector is AnyLogCollector => collector.via === 'log')
}

/** Reads component logs once: every pod in a small fleet, else the operators' and those of nodes that are not green. */
export async function readLogs(
  collectors: readonly AnyLogCollector[],
  deps: LogReaderDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const collector of collectors) {
    if (signal.aborted) return
    const began = deps.steadyMs()
    const ok = await readOne(collector, deps, signal)
    if (!signal.aborted) deps.collected(collector.id, ok, (deps.steadyMs() - began) / 1_000)
  }
}

/** How reading one pod's log ended. */
interface PodRead {
  pod: Pod
  logs: PodLog[]
  /** Why the present life's log was not read; null: it was. */
  failed: { status: Exclude<RawRead['status'], 'ok'>; reason: string } | null
}

/** @returns whether the cluster's fact was made */
async function readOne(collector: AnyLogCollector, deps: LogReaderDeps, signal: AbortSignal): Promise<boolean> {
  const stamp = { at: deps.now(), seenMs: deps.steadyMs() }
  const ref = (status: EvidenceRef['status'], reason?: string): EvidenceRef => ({
    id: `${collector.id}.log`,
    via: 'log',
    status,
    at: stamp.at,
    ...(reason ? { reason } : {}),
  })
  const not = (status: Exclude<RawRead['status'], 'ok'>, reason: string): FactState => ({
    ...stamp,
    status,
    reason,
    refs: [ref(status, reason)],
  })
  const all = deps.pods()
  if (all?.status !== 'ok' || all.lost !== undefined) {
    const reason = all === undefined ? 'pods have not been read yet' : all.status === 'ok' ? all.lost : all.reason
    const status = all === undefined || all.status === 'ok' ? 'unreachable' : all.status
    setAll(not(status === 'absent' ? 'unreachable' : status, reason ?? status), collector.id, deps)
    return false
  }
  const pods = selected(all.value, collector)
  if (pods.length === 0) {
    setAll(not('absent', `no pod with label ${collector.read.podSelector}`), collector.id, deps)
    return false
  }
  const suspects = deps.suspects()
  const wanted = pods.length <= MAX_PODS ? pods : pods.filter((pod) => pod.node === null || suspects.has(pod.node))
  const read = await inTurns(wanted.slice(0, MAX_PODS), signal, (pod) => readPod(collector, pod, deps))
  if (signal.aborted) return false
  const parse = (reads: readonly PodRead[]): FactState => {
    const logs = reads.flatMap((each) => each.logs)
    const failed = reads.flatMap((each) => each.failed ?? [])
    const [first] = failed
    // A pod that has not started has no log; any other that could not be read may hold the line that decides.
    if (logs.length === 0 && first) return not(first.status, first.reason)
    const refs = [ref('ok'), ...failed.map(({ status, reason }) => ref(status, reason))]
    return factOf(collector, logs, stamp, refs)
  }
  const cluster = parse(read)
  deps.setCluster(collector.id, cluster)
  const chosen = new Set(wanted.map((pod) => pod.node))
  for (const node of deps.nodes()) {
    const own = read.filter((each) => each.pod.node === node)
    const unread = chosen.has(node) ? not('timeout', TOO_MANY) : not('absent', UNREAD)
    deps.setNode(node, collector.id, own.length > 0 ? parse(own) : unread)
  }
  return cluster.status === 'ok'
}

function setAll(state: FactState, id: string, deps: LogReaderDeps): void {
  deps.setCluster(id, state)
  for (const node of deps.nodes()) deps.setNode(node, id, state)
}

function factOf(
  collector: AnyLogCollector,
  logs: readonly PodLog[],
  stamp: { at: string; seenMs: number },
  refs: readonly EvidenceRef[],
): FactState {
  try {
    return { ...stamp, status: 'ok', value: collector.parse(logs), refs }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const status = error instanceof NotRead ? error.status : 'unreadable'
    return { ...stamp, status, reason, refs: refs.map((ref) => ({ ...ref, status, reason })) }
  }
}

interface Pod {
  namespace: string
  name: string
  node: string | null
  container: string
}

async function readPod(collector: AnyLogCollector, pod: Pod, deps: LogReaderDeps): Promise<PodRead> {
  const logs: PodLog[] = []
  let failed: PodRead['failed'] = null
  for (const previous of collector.read.previous ? [false, true] : [false]) {
    const raw = await deps.kube.log(pod.namespace, pod.name, {
      container: pod.container,
      previous,
      tailLines: collector.read.tailLines,
    })
    if (raw.status !== 'ok') {
      if (!previous) failed = { status: raw.status, reason: raw.reason ?? `log of ${pod.name}: ${raw.status}` }
      continue
    }
    const { namespace, name, node, container } = pod
    const text = deps.redact(sanitise(raw.text)).text
    logs.push({ node, namespace, pod: name, container, previous, text })
  }
  return { pod, logs, failed }
}

/** Pods with the collector's label; without a container of its name, the first one. */
function selected(pods: unknown, collector: AnyLogCollector): Pod[] {
  const [key = '', value] = collector.read.podSelector.split('=')
  const list: readonly PodFact[] = Array.isArray(pods) ? pods : []
  return list.flatMap(({ labels, namespace, name, node, containers }) => {
    const first = containers.find((each) => !each.init)?.name
    const container = collector.read.container ?? first
    return labels[key] === value && container !== undefined ? [{ namespace, name, node, container }] : []
  })
}

/** Works on all, a few at a time, in order of results. */
async function inTurns<T, R>(items: readonly T[], signal: AbortSignal, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length && !signal.aborted; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))))
  return results
}

import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { AnyCollector, LogCollector, PodLog } from '@/lib/collector'
import { NotRead } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import type { EvidenceRef } from '@/lib/report'
import { sanitise } from '@/lib/sanitise'
import type { Redact } from './intake'

type AnyLogCollector = LogCollector<string, unknown>

export interface LogReaderDeps {
  kube: KubeTransport
  redact: Redact
  now(): string
  /** Nodes whose component logs are worth reading now (k8s-formats §1: the log is read when the node state is not green). */
  suspects(): ReadonlySet<string>
  setNode(node: string, fact: string, state: FactState): void
  setCluster(fact: string, state: FactState): void
  nodes(): readonly string[]
}

/** Pods whose log is read in one round; the API server is shared with everybody (G-16). */
const MAX_PODS = 60

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
    await readOne(collector, deps)
  }
}

async function readOne(collector: AnyLogCollector, deps: LogReaderDeps): Promise<void> {
  const at = deps.now()
  const selector = encodeURIComponent(collector.read.podSelector)
  const answer = await deps.kube.get(`/api/v1/pods?labelSelector=${selector}&limit=500`)
  const ref = (status: EvidenceRef['status'], reason?: string): EvidenceRef => ({
    id: `${collector.id}.log`,
    via: 'log',
    status,
    at,
    ...(reason ? { reason } : {}),
  })
  if (answer.status !== 'ok') {
    const reason = answer.reason ?? 'pods could not be listed'
    return setAll({ status: answer.status, reason, at, refs: [ref(answer.status, reason)] }, collector.id, deps)
  }
  const pods = podsOf(answer.body)
  if (pods.length === 0) {
    const reason = `no pod with label ${collector.read.podSelector}`
    return setAll({ status: 'absent', reason, at, refs: [ref('absent', reason)] }, collector.id, deps)
  }
  const suspects = deps.suspects()
  const chosen =
    pods.length <= MAX_PODS
      ? pods
      : pods.filter((pod) => pod.node === null || suspects.has(pod.node)).slice(0, MAX_PODS)
  const read = await Promise.all(chosen.map((pod) => readPod(collector, pod, deps)))
  const logs = read.flatMap((each) => each.logs)
  const denied = read.find((each) => each.denied !== null)?.denied ?? null
  if (logs.length === 0 && denied !== null)
    return setAll({ status: 'denied', reason: denied, at, refs: [ref('denied', denied)] }, collector.id, deps)
  deps.setCluster(collector.id, factOf(collector, logs, at, ref('ok')))
  const byNode = new Map<string, PodLog[]>()
  for (const log of logs) if (log.node !== null) byNode.set(log.node, [...(byNode.get(log.node) ?? []), log])
  const unread = 'the log is read only when something is wrong on the node'
  for (const node of deps.nodes()) {
    const own = byNode.get(node)
    deps.setNode(
      node,
      collector.id,
      own
        ? factOf(collector, own, at, ref('ok'))
        : { status: 'absent', reason: unread, at, refs: [ref('absent', unread)] },
    )
  }
}

function setAll(state: FactState, id: string, deps: LogReaderDeps): void {
  deps.setCluster(id, state)
  for (const node of deps.nodes()) deps.setNode(node, id, state)
}

function factOf(collector: AnyLogCollector, logs: readonly PodLog[], at: string, ref: EvidenceRef): FactState {
  try {
    return { status: 'ok', value: collector.parse(logs), at, refs: [ref] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const status = error instanceof NotRead ? error.status : 'unreadable'
    return { status, reason, at, refs: [{ ...ref, status, reason }] }
  }
}

interface Pod {
  namespace: string
  name: string
  node: string | null
  container: string
}

async function readPod(
  collector: AnyLogCollector,
  pod: Pod,
  deps: LogReaderDeps,
): Promise<{ logs: PodLog[]; denied: string | null }> {
  const lives = collector.read.previous ? [false, true] : [false]
  const logs: PodLog[] = []
  let denied: string | null = null
  for (const previous of lives) {
    const container = collector.read.container ?? pod.container
    const raw = await deps.kube.log(pod.namespace, pod.name, {
      container,
      previous,
      tailLines: collector.read.tailLines,
    })
    if (raw.status === 'denied' && !previous) denied = raw.reason ?? 'pods/log is refused'
    if (raw.status !== 'ok') continue
    logs.push({
      node: pod.node,
      namespace: pod.namespace,
      pod: pod.name,
      container,
      previous,
      text: deps.redact(sanitise(raw.text)).text,
    })
  }
  return { logs, denied }
}

/** Name, node and first container of each pod of a list; anything else in it is ignored. */
function podsOf(body: unknown): Pod[] {
  const items = record(body).items
  if (!Array.isArray(items)) return []
  return items.flatMap((item) => {
    const { metadata, spec } = record(item)
    const { name, namespace } = record(metadata)
    const { nodeName, containers } = record(spec)
    const container = Array.isArray(containers) ? record(containers[0]).name : undefined
    if (typeof name !== 'string' || typeof namespace !== 'string' || typeof container !== 'string') return []
    return [{ namespace, name, node: typeof nodeName === 'string' ? nodeName : null, container }]
  })
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

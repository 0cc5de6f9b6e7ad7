import type { z } from 'zod'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { GpuProcesses } from '@/collectors/node/nvidia-smi-processes/collector'
import type { runCandidate } from '@/lib/contract/runs'
import { LEVELS } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'

export type Candidate = z.output<typeof runCandidate>

const GPU = 'nvidia.com/gpu'

/**
 * GPUs a node can still give: allocatable minus the requests of all pods that have not ended. Allocatable alone never subtracts
 * what pods use (k8s-formats §0.9).
 */
export function gpusOf(node: NodeFact, pods: readonly PodFact[]): { free: number; total: number } | null {
  const total = node.resources.find((resource) => resource.name === GPU)?.allocatable
  if (total === null || total === undefined) return null
  const used = pods
    .filter((pod) => pod.node === node.name && pod.phase !== 'Succeeded' && pod.phase !== 'Failed')
    .reduce((sum, pod) => sum + (pod.requests[GPU] ?? 0), 0)
  return { free: Math.max(0, total - used), total }
}

/**
 * Says of every node whether it can take part now, and why not, from the pyramid (levels up to `pod`) and its GPUs.
 * @param pods null: pods cannot be read, so nothing is known of free GPUs and no node is eligible
 * @param processes who computes on the GPUs, by node; none for a node: not known
 */
export function candidatesOf(
  nodes: readonly NodeFact[],
  pods: readonly PodFact[] | null,
  reports: ReadonlyMap<string, NodeReport>,
  processes: ReadonlyMap<string, GpuProcesses>,
): Candidate[] {
  return nodes
    .map((node) => candidateOf(node, pods, reports.get(node.name), processes.get(node.name) ?? null))
    .sort((a, b) => Number(b.eligible) - Number(a.eligible) || a.node.localeCompare(b.node, 'en', { numeric: true }))
}

/** Where pods hold GPUs, processes may be theirs: nothing is said then. */
function isForeign(processes: GpuProcesses | null, gpus: ReturnType<typeof gpusOf>): boolean | null {
  if (processes === null) return null
  if (processes.processes.length === 0) return false
  return gpus !== null && gpus.free === gpus.total ? true : null
}

function candidateOf(
  node: NodeFact,
  pods: readonly PodFact[] | null,
  report: NodeReport | undefined,
  processes: GpuProcesses | null,
): Candidate {
  const gpus = gpusOf(node, pods ?? [])
  const base = {
    node: node.name,
    gpusFree: pods === null ? null : (gpus?.free ?? null),
    gpusTotal: gpus?.total ?? null,
    foreignGpuWork: isForeign(processes, gpus),
  }
  const no = (reason: string, blockedLevel: string | null = null): Candidate => ({
    ...base,
    eligible: false,
    reason,
    blockedLevel,
  })
  if (node.ready !== 'True') return no(`The node is not Ready (${node.ready ?? 'no condition'})`)
  if (node.unschedulable) return no('The node is cordoned')
  const taint = node.taints.find(
    (each) => each.effect !== 'PreferNoSchedule' && !(each.key === GPU && each.effect === 'NoSchedule'),
  )
  if (taint) return no(`The node has the taint ${taint.key}, which benchmark pods do not tolerate`)
  if (!gpus || gpus.total === 0) return no('The node offers no GPUs')
  if (pods === null) return no('Pods cannot be read now, so it is not known which GPUs are free')
  if (gpus.free < gpus.total) return no(`${gpus.total - gpus.free} of ${gpus.total} GPUs are in use`)
  // All GPUs are free for Kubernetes, so whatever computes on them was started past it (SEC-51b).
  const [first] = processes?.processes ?? []
  if (first) {
    const more = (processes?.processes.length ?? 0) - 1
    const others = more > 0 ? ` and ${more} more` : ''
    return no(`A process that Kubernetes did not start computes on its GPUs: ${first.name} (pid ${first.pid})${others}`)
  }
  const broken = LEVELS.find(
    (level) => level.number <= 8 && report?.levels.find((each) => each.id === level.id)?.state === 'fail',
  )
  if (broken) return no(`Failed at ${broken.title}`, broken.id)
  return { ...base, eligible: true, reason: `${gpus.free} of ${gpus.total} GPUs are free`, blockedLevel: null }
}

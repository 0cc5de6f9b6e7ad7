import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import { selects } from '@/collectors/cluster/selector'
import { isFabricNode as isFabric } from '@/lib/engine/fabric-node'

/** Why a DaemonSet does not want a node: one entry per unmet condition; empty where it wants the node. */
export type Obstacle =
  | { kind: 'label'; key: string; wanted: string; found: string | null }
  | { kind: 'affinity' }
  | { kind: 'taint'; key: string; effect: string }

/** Taints that every DaemonSet's pods tolerate. Source: kubernetes pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations. */
const ALWAYS_TOLERATED: readonly { key: string; effects: readonly string[] }[] = [
  { key: 'node.kubernetes.io/not-ready', effects: ['NoExecute'] },
  { key: 'node.kubernetes.io/unreachable', effects: ['NoExecute'] },
  { key: 'node.kubernetes.io/disk-pressure', effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/memory-pressure', effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/pid-pressure', effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/unschedulable', effects: ['NoSchedule'] },
  { key: 'node.kubernetes.io/network-unavailable', effects: ['NoSchedule'] },
]

/** What keeps a DaemonSet's pods off a node: labels, affinity, taints. */
export function obstacles(set: DaemonSetFact, node: NodeFact): Obstacle[] {
  const labels = Object.entries(set.nodeSelector).flatMap(([key, wanted]): Obstacle[] => {
    const found = node.labels[key] ?? null
    return found === wanted ? [] : [{ kind: 'label', key, wanted, found }]
  })
  const affinity: Obstacle[] = selects(set.requiredAffinity, node) ? [] : [{ kind: 'affinity' }]
  const taints = node.taints
    .filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerated(set, taint))
    .map((taint): Obstacle => ({ kind: 'taint', key: taint.key, effect: taint.effect }))
  return [...labels, ...affinity, ...taints]
}

function tolerated(set: DaemonSetFact, taint: NodeFact['taints'][number]): boolean {
  if (ALWAYS_TOLERATED.some((each) => each.key === taint.key && each.effects.includes(taint.effect))) return true
  return set.tolerations.some(
    (each) =>
      (each.effect === null || each.effect === taint.effect) &&
      (each.key === null || each.key === taint.key) &&
      (each.operator === 'Exists' || (each.value ?? '') === (taint.value ?? '')),
  )
}

/** One obstacle in words. */
export function obstacleText(obstacle: Obstacle): string {
  if (obstacle.kind === 'affinity') return 'its required node affinity does not match'
  if (obstacle.kind === 'taint') return `taint ${obstacle.key}:${obstacle.effect} is not tolerated`
  return obstacle.found === null
    ? `label ${obstacle.key}=${obstacle.wanted} is missing`
    : `label ${obstacle.key} is ${obstacle.found}, wanted ${obstacle.wanted}`
}

/** True for a node that should carry the fabric stack; usable as a filter. */
export function isFabricNode(node: NodeFact): boolean {
  return isFabric(node)
}

/** True where the kubelet of the node answers: what pods on other nodes say is stale (k8s-formats §20.24). */
export function reports(node: NodeFact): boolean {
  return node.ready === 'True' || node.ready === null
}

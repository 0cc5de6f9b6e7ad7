import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { COMPONENTS, componentOf } from './components'
import { obstacles } from './placement'
import { whyNotReady } from './pod-state'

/** What is read of the DaemonSets behind a component of the policy. */
export interface Rollout {
  daemonSets?: readonly DaemonSetFact[]
  pods?: readonly PodFact[]
  nodes?: readonly NodeFact[]
}

/**
 * Nodes on which a component of the policy is short: its pod there is not ready, or missing where it belongs.
 * Undefined where that was not read, or where no single node is short (the operator itself failed, or is rolling out).
 * @param state name in `status.appliedStates`: the operator counts its DaemonSets (k8s-formats §4)
 */
export function shortNodes(state: string, { daemonSets, pods, nodes }: Rollout): readonly string[] | undefined {
  if (!daemonSets || !pods || !nodes) return undefined
  const ids = new Set(
    COMPONENTS.flatMap((each) => (each.state === state && each.kind === 'DaemonSet' ? [each.id] : [])),
  )
  const sets = daemonSets.filter((each) => each.component !== null && ids.has(each.component) && each.deleted === null)
  const mine = pods.filter((pod) => ids.has(componentOf(pod.labels)?.id ?? '') && pod.node !== null)
  const ready = new Set(mine.flatMap((pod) => (whyNotReady(pod) === null ? [pod.node] : [])))
  const wanted = nodes.filter((node) => sets.some((set) => obstacles(set, node).length === 0))
  const short = new Set(wanted.flatMap((node) => (ready.has(node.name) ? [] : [node.name])))
  return short.size === 0 || short.size === wanted.length ? undefined : [...short]
}

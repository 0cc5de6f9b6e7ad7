import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { component, componentOf } from './components'
import { minutesBetween } from './k8s/age'
import { type Obstacle, obstacles, obstacleText } from './placement'
import { whyNotReady } from './pod-state'

/** A component that a node should have and has not. */
export interface NotOnNode {
  node: string
  component: string
  title: string
  workload: string
  /** Why; `starting` is a new pod without an error, `no-nic` (NFD works here and saw no NVIDIA NIC) and `no-policy` may be on purpose. */
  reason: 'pod-not-ready' | 'starting' | 'no-pod' | 'driver-wait' | 'nic-label' | 'no-nic' | 'no-policy'
  words: string
  pod: string | null
}

/** A new pod may take this long to pull its image and start. */
const START_MINUTES = 5

/** Labels that an operator sets, and what their absence means; labels of the cluster's owner are a choice, not a fault. */
const OPERATOR_LABELS: Readonly<Record<string, NotOnNode['reason']>> = {
  'network.nvidia.com/operator.mofed.wait': 'driver-wait',
  'feature.node.kubernetes.io/pci-15b3.present': 'nic-label',
  'sriovnetwork.openshift.io/device-plugin': 'no-policy',
}

/** Components of the stack that are missing or not ready on a node; one covering DaemonSet of several is enough. */
export function notOnNode(
  node: NodeFact,
  sets: readonly DaemonSetFact[],
  pods: readonly PodFact[],
  now?: string,
): NotOnNode[] {
  const ids = [...new Set(sets.flatMap((each) => (each.component === null ? [] : [each.component])))]
  return ids.flatMap((id) => {
    const own = sets.filter((each) => each.component === id && each.deleted === null)
    const answers = own.map((set) => one(node, set, pods, now))
    return answers.length === 0 || answers.includes(null) ? [] : answers.flatMap((each) => each ?? []).slice(0, 1)
  })
}

/** Null: fine here, or not meant to be here. */
function one(node: NodeFact, set: DaemonSetFact, pods: readonly PodFact[], now?: string): NotOnNode | null {
  const id = set.component ?? ''
  const base = {
    node: node.name,
    component: id,
    title: component(id)?.title ?? set.name,
    workload: `${set.namespace}/${set.name}`,
  }
  const against = obstacles(set, node)
  if (against.length > 0) {
    const found = against.map((each) => fault(each, node)).find((each) => each !== null)
    const words = against
      .filter((each) => each.kind === 'label')
      .map(obstacleText)
      .join(', ')
    return id === 'ofed-driver' || found === undefined || found === null
      ? null
      : { ...base, reason: found, words, pod: null }
  }
  const here = pods.filter((pod) => pod.node === node.name && pod.namespace === set.namespace && isOf(pod, set))
  if (here.length === 0)
    return { ...base, reason: 'no-pod', words: 'no pod on this node, although it matches', pod: null }
  const [broken] = here.filter((pod) => whyNotReady(pod) !== null)
  if (broken === undefined || here.some((pod) => whyNotReady(pod) === null)) return null
  const minutes = minutesBetween(broken.created, now)
  const young = minutes !== null && minutes < START_MINUTES && !hasError(broken)
  return {
    ...base,
    reason: young ? 'starting' : 'pod-not-ready',
    words: `pod ${broken.name}: ${whyNotReady(broken)}`,
    pod: broken.name,
  }
}

/** True where a container says more than that it is being created. */
function hasError(pod: PodFact): boolean {
  return pod.containers.some(
    (each) =>
      each.before !== null ||
      (each.now?.state === 'waiting' && !['ContainerCreating', 'PodInitializing'].includes(each.now.reason ?? '')),
  )
}

function isOf(pod: PodFact, set: DaemonSetFact): boolean {
  if (pod.owner?.kind === 'DaemonSet') return pod.owner.name === set.name
  return componentOf(pod.labels)?.id === set.component
}

function fault(obstacle: Obstacle, node: NodeFact): NotOnNode['reason'] | null {
  const reason = obstacle.kind === 'label' ? (OPERATOR_LABELS[obstacle.key] ?? null) : null
  const nfdWorks = Object.keys(node.labels).some((key) => key.startsWith('feature.node.kubernetes.io/'))
  return reason === 'nic-label' && nfdWorks ? 'no-nic' : reason
}

/** True where the gap may be intended or pass by itself: a warning, not a fault. */
export function maybeIntended(gap: NotOnNode): boolean {
  return gap.reason === 'no-policy' || gap.reason === 'no-nic' || gap.reason === 'starting'
}

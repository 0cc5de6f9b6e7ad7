import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { EventFact } from '@/collectors/cluster/events/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import { component } from './components'
import { isFabricNode, obstacles, obstacleText } from './placement'

/** A DaemonSet that covers fewer nodes than it should. */
export interface ShortSet {
  set: DaemonSetFact
  status: 'fail' | 'warn'
  reason: 'taint' | 'failed-create' | 'fewer-than-sibling' | 'none-desired' | 'misscheduled' | 'unavailable'
  words: string
}

/** Pairs that run on the same nodes: the second may be smaller only when something is missing there (k8s-formats §14). */
const SIBLINGS: Readonly<Record<string, string>> = {
  'sriov-plugin': 'config-daemon',
  'rdma-shared-plugin': 'ofed-driver',
}

/** DaemonSets that leave out nodes, or that cannot make pods at all (k8s-formats §20.1, §20.15). */
export function shortSets(
  sets: readonly DaemonSetFact[],
  nodes: readonly NodeFact[] | undefined,
  events: readonly EventFact[] | undefined,
): ShortSet[] {
  return sets
    .filter((set) => set.component !== null && set.desired !== null && set.deleted === null)
    .flatMap((set) => failedCreate(set, events) ?? (nodes ? tainted(set, nodes) : byNumbers(set, sets)) ?? [])
}

function failedCreate(set: DaemonSetFact, events: readonly EventFact[] | undefined): ShortSet | null {
  if ((set.current ?? 0) >= (set.desired ?? 0)) return null
  const event = events?.find(
    (each) => each.kind === 'DaemonSet' && each.objectName === set.name && each.reason === 'FailedCreate',
  )
  const why = event?.message ?? 'no FailedCreate event was read'
  return {
    set,
    status: 'fail',
    reason: 'failed-create',
    words: `${set.current} of ${set.desired} wanted pods exist: ${why}`,
  }
}

/** Nodes that lack the pod for a taint alone: labels are judged per node, by component-not-on-node. */
function tainted(set: DaemonSetFact, nodes: readonly NodeFact[]): ShortSet | null {
  const left = nodes.filter(isFabricNode).flatMap((node) => {
    const against = obstacles(set, node)
    return against.length > 0 && against.every((each) => each.kind === 'taint')
      ? [`${node.name} (${against.map(obstacleText).join(', ')})`]
      : []
  })
  if (left.length === 0) return null
  return {
    set,
    status: 'fail',
    reason: 'taint',
    words: `desired ${set.desired} leaves out ${left.join(', ')}${(set.misscheduled ?? 0) > 0 ? `; ${set.misscheduled} pods run where they are no longer wanted` : ''}`,
  }
}

function byNumbers(set: DaemonSetFact, sets: readonly DaemonSetFact[]): ShortSet | null {
  const selector = Object.entries(set.nodeSelector)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
  if (set.desired === 0)
    return {
      set,
      status: 'fail',
      reason: 'none-desired',
      words: `desired 0: no node carries ${selector || 'what it selects'}`,
    }
  const sibling = sets.find(
    (each) => each.component === SIBLINGS[set.component ?? ''] && each.namespace === set.namespace,
  )
  if (sibling?.desired && (set.desired ?? 0) < sibling.desired)
    return {
      set,
      status: 'warn',
      reason: 'fewer-than-sibling',
      words: `desired ${set.desired}, but ${component(sibling.component ?? '')?.title} (${sibling.name}) runs on ${sibling.desired} nodes: ${sibling.desired - (set.desired ?? 0)} without label ${selector}`,
    }
  if ((set.available ?? 0) < (set.desired ?? 0))
    return {
      set,
      status: 'fail',
      reason: 'unavailable',
      words: `${set.available ?? 0} of ${set.desired} pods are available`,
    }
  if ((set.misscheduled ?? 0) > 0)
    return {
      set,
      status: 'warn',
      reason: 'misscheduled',
      words: `${set.misscheduled} pods run on nodes where they are no longer wanted (taint or label)`,
    }
  return null
}

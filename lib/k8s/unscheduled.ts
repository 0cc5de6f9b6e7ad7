import type { EventFact } from '@/collectors/cluster/events/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { componentOf } from '@/lib/components'
import { eventSubject } from '@/lib/event-subject'
import { podName } from './networks'
import { fromMessage, type PendingReason, whyPending } from './pending'

/** A pod that no node takes. */
export interface Unscheduled {
  /** `<namespace>/<name>`. */
  name: string
  reason: PendingReason
}

/** True for pods of workloads that use GPUs, VFs or networks: operators' own pods are judged at their level. */
export function isWorkload(pod: PodFact): boolean {
  return (Object.keys(pod.requests).length > 0 || pod.networksAnnotation !== null) && componentOf(pod.labels) === null
}

/** Pods that wait for a node: from the pods themselves, else from the scheduler's events. */
export function unscheduled({
  pods,
  events,
  nodes = [],
}: {
  pods?: readonly PodFact[]
  events?: readonly EventFact[]
  nodes?: readonly NodeFact[]
}): readonly Unscheduled[] {
  if (pods !== undefined)
    return pods
      .filter((pod) => pod.node === null && pod.phase === 'Pending' && pod.deleted === null && isWorkload(pod))
      .map((pod) => ({ name: podName(pod), reason: whyPending(withMessage(pod, events ?? []), nodes, pods) }))
  const gangsWaiting = gangs(events ?? [])
  const last = new Map<string, EventFact>()
  for (const event of events ?? [])
    if (event.kind === 'Pod' && event.reason === 'FailedScheduling') last.set(eventSubject(event), event)
  return [...gangsWaiting, ...[...last].map(([name, event]) => ({ name, reason: fromMessage(event.message) }))]
}

/** A pod without condition text takes the scheduler's words from its newest event. */
function withMessage(pod: PodFact, events: readonly EventFact[]): PodFact {
  if (pod.conditions.some((each) => each.type === 'PodScheduled' && each.message)) return pod
  const event = events.findLast(
    (each) =>
      each.reason === 'FailedScheduling' &&
      each.objectName === pod.name &&
      (each.objectNamespace ?? 'default') === pod.namespace,
  )
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: null,
    message: event?.message ?? null,
    since: null,
  }
  return event ? { ...pod, conditions: [...pod.conditions, condition] } : pod
}

/** Kueue: `couldn't assign flavors …: insufficient unused quota for nvidia.com/gpu in flavor h100, 8 more needed`; Volcano: a gang. */
const KUEUE =
  /insufficient (?:unused )?quota for [\w./-]{1,200} in flavor|couldn't assign flavors to pod set|Workload didn't fit/
const VOLCANO = /\d+\/\d+ tasks in gang unschedulable|pod group is not ready/

/** Workloads that a queue holds back before their pods are offered to the scheduler: they wait, nothing refuses them. */
function gangs(events: readonly EventFact[]): readonly Unscheduled[] {
  const last = new Map<string, { event: EventFact; queue: string }>()
  for (const event of events) {
    const queue = KUEUE.test(event.message) ? 'Kueue' : VOLCANO.test(event.message) ? 'Volcano' : null
    if (queue !== null) last.set(eventSubject(event), { event, queue })
  }
  return [...last].map(([name, { event, queue }]) => ({
    name,
    reason: { kind: 'held', words: `${queue} holds it in its queue: ${event.message}`, resources: [] },
  }))
}

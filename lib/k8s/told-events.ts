import type { EventFact } from '@/collectors/cluster/events/collector'
import { EVICTION, type RefusedRequest } from '@/collectors/cluster/kubernetes/refused-request'
import type { Finding } from '@/lib/check'

/** The last event of each node state that a component wrote about it, in the order of the text. */
function lastOfNode(events: readonly EventFact[], reason: string): readonly EventFact[] {
  const last = new Map<string, EventFact>()
  for (const event of events) {
    if (event.kind !== 'SriovNetworkNodeState' || event.reason !== reason) continue
    const before = last.get(event.objectName)
    if (!before || (before.lastAt ?? '') <= (event.lastAt ?? '')) last.set(event.objectName, event)
  }
  return [...last.values()]
}

/** What the config daemon's events say of the sync of node states, where the states themselves were not pasted (k8s-formats §3.3). */
export function syncByEvents(events: readonly EventFact[]): Finding[] {
  return lastOfNode(events, 'SyncStatusChanged').flatMap(({ objectName, message }): Finding[] => {
    const [, to = '', error = ''] = /^Status changed from: \S* to: (\w+)(?:\. Last Error: (.*))?/s.exec(message) ?? []
    const say = (status: Finding['status']): Finding[] => [
      { subject: objectName, status, summary: `${objectName}: syncStatus ${to}${error === '' ? '' : `: ${error}`}` },
    ]
    if (to === 'Failed' || error !== '') return say('fail')
    return to === 'Succeeded' ? say('pass') : to === '' ? [] : say('warn')
  })
}

/**
 * What the drain controller's events say. All are typed Warning, the successes too: the message decides (k8s-formats §3.3). One that was not
 * completed is tried again every few seconds.
 */
export function drainByEvents(events: readonly EventFact[]): Finding[] {
  return lastOfNode(events, 'DrainController').map(({ objectName, message }): Finding => {
    const status = /^failed to /.test(message) ? 'fail' : /not completed/.test(message) ? 'warn' : 'pass'
    return { subject: objectName, status, summary: `${objectName}: ${message}` }
  })
}

/** Pods that kubectl drain could not evict, by its own words. */
export function evictions(requests: readonly RefusedRequest[]): Finding[] {
  const names = requests.filter((each) => each.kind === EVICTION).map((each) => each.subject)
  return [...new Set(names)].map((name) => ({
    subject: name,
    status: 'fail',
    summary: `${name} cannot be evicted: its PodDisruptionBudget allows no disruption, so the drain does not end`,
  }))
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, time, word } from '../fields'
import { message } from '../pods/containers'

/** A Kubernetes event. They vanish after an hour by default: absence proves nothing. */
export interface EventFact {
  namespace: string | null
  name: string
  /** The object it is about. */
  kind: string
  objectNamespace: string | null
  objectName: string
  objectUid: string | null
  type: string | null
  reason: string
  message: string
  /** Times it was seen; 1 where nothing is written. */
  count: number
  /** ISO; null when no time is written. */
  firstAt: string | null
  lastAt: string | null
  /** Component that wrote it: `kubelet`, `config-daemon`, `default-scheduler`. */
  source: string | null
  /** Host it came from, or the node it is about. */
  node: string | null
}

/** Kinds named after the node they are about. */
const NAMED_AFTER_NODE = new Set(['Node', 'SriovNetworkNodeState'])

/** Events, listed again every five minutes because they send no bookmarks. Time rule: k8s-formats §10. */
export default clusterCollector({
  id: 'events',
  title: 'Events',
  read: { via: 'kube', group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true, relistSec: 300 },
  project: projectEvent,
  nodesOf: (event: EventFact) => (event.node !== null && NAMED_AFTER_NODE.has(event.kind) ? [event.node] : '*'),
  fold: (events: readonly EventFact[]) => events,
})

function projectEvent(object: KubeObject): EventFact | null {
  const about = at(object, 'involvedObject') ?? at(object, 'regarding')
  const kind = word(at(about, 'kind'))
  const objectName = word(at(about, 'name'))
  if (kind === null || objectName === null) return null
  return {
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name,
    kind,
    objectNamespace: word(at(about, 'namespace')),
    objectName,
    objectUid: word(at(about, 'uid')),
    type: word(object.type),
    reason: word(object.reason) ?? '',
    message: message(object.message ?? object.note) ?? '',
    count: count(at(object, 'series', 'count')) || count(object.count) || count(object.deprecatedCount) || 1,
    firstAt: time(object.firstTimestamp) ?? time(object.eventTime) ?? time(object.metadata.creationTimestamp),
    lastAt: lastSeen(object),
    source:
      word(at(object, 'source', 'component')) ?? word(object.reportingComponent) ?? word(object.reportingController),
    node: NAMED_AFTER_NODE.has(kind) ? objectName : word(at(object, 'source', 'host')),
  }
}

/** `series.lastObservedTime || lastTimestamp || eventTime || creationTimestamp`. */
function lastSeen(object: KubeObject): string | null {
  return (
    time(at(object, 'series', 'lastObservedTime')) ??
    time(object.lastTimestamp) ??
    time(object.eventTime) ??
    time(object.metadata.creationTimestamp)
  )
}

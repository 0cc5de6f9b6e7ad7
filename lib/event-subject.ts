import type { EventFact } from '@/collectors/cluster/events/collector'

/** `team/train` as an event names what it is about; the name alone where a table without namespaces printed it. */
export function eventSubject(event: Pick<EventFact, 'objectNamespace' | 'namespace' | 'objectName'>): string {
  const namespace = event.objectNamespace ?? event.namespace
  return namespace === null ? event.objectName : `${namespace}/${event.objectName}`
}

/** Namespace and name for a command; the namespace stays open where it is not known. */
export function partsOf(subject: string): { namespace: string; name: string } {
  const slash = subject.indexOf('/')
  return slash < 0
    ? { namespace: 'NAMESPACE', name: subject }
    : { namespace: subject.slice(0, slash), name: subject.slice(slash + 1) }
}

import type { EventFact } from '@/collectors/cluster/events/collector'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { eventSubject } from '@/lib/event-subject'
import { distinct } from './from-findings'
import { current, nadOf, podName } from './networks'

/** A network that pods ask for and that is not there. */
export interface MissingNetwork {
  network: string
  namespace: string
  pods: string[]
  /** Namespaces that have one of that name. */
  elsewhere: string[]
}

const NOT_FOUND = /cannot find a network-attachment-definition \(([\w.-]+)\) in namespace \(([\w.-]+)\)/

/** Networks that do not exist: from pods against the attachment definitions, and from Multus' own events. */
export function missingNetworks({
  nads,
  pods,
  events,
}: {
  nads?: readonly NadFact[]
  pods?: readonly PodFact[]
  events?: readonly EventFact[]
}): readonly MissingNetwork[] {
  const found = new Map<string, MissingNetwork>()
  const add = (network: string, namespace: string, pod: string) => {
    const key = `${namespace}/${network}`
    const elsewhere = (nads ?? [])
      .filter((nad) => nad.name === network && nad.namespace !== namespace)
      .flatMap((nad) => nad.namespace ?? [])
    const before = found.get(key) ?? { network, namespace, pods: [], elsewhere: distinct(elsewhere) }
    found.set(key, { ...before, pods: distinct([...before.pods, pod]) })
  }
  if (nads !== undefined)
    for (const pod of current(pods ?? []))
      for (const network of pod.networks ?? [])
        if (nadOf(network, nads) === null) add(network.name, network.namespace, podName(pod))
  for (const event of events ?? []) {
    const [, network, namespace] = NOT_FOUND.exec(event.message) ?? []
    const exists =
      nads !== undefined &&
      network !== undefined &&
      namespace !== undefined &&
      nadOf({ name: network, namespace, interface: null }, nads) !== null
    if (network !== undefined && namespace !== undefined && !exists) add(network, namespace, eventSubject(event))
  }
  return [...found.values()]
}

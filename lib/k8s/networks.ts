import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NetworkRequest, PodFact } from '@/collectors/cluster/pods/fact'

/** `<namespace>/<name>` of a pod, for people and as a subject. */
export function podName(pod: { namespace: string; name: string }): string {
  return `${pod.namespace}/${pod.name}`
}

/** `<namespace>/<name>` of a network that a pod asks for. */
export function networkName(network: NetworkRequest): string {
  return `${network.namespace}/${network.name}`
}

/** The attachment definition that a request means. */
export function nadOf(network: NetworkRequest, nads: readonly NadFact[]): NadFact | null {
  return nads.find((nad) => nad.name === network.name && (nad.namespace ?? 'default') === network.namespace) ?? null
}

/** Pods that still matter: not finished and not being deleted. */
export function current(pods: readonly PodFact[]): readonly PodFact[] {
  return pods.filter((pod) => pod.deleted === null && pod.phase !== 'Succeeded' && pod.phase !== 'Failed')
}

/** How often each resource is needed by the networks that the pod lists: Multus takes one device per listed network. */
export function neededByNetworks(
  pod: PodFact,
  nads: readonly NadFact[],
): ReadonlyMap<string, { count: number; nads: string[] }> {
  const needed = new Map<string, { count: number; nads: string[] }>()
  for (const network of pod.networks ?? []) {
    const resource = nadOf(network, nads)?.resourceName
    if (!resource) continue
    const before = needed.get(resource) ?? { count: 0, nads: [] }
    needed.set(resource, { count: before.count + 1, nads: [...before.nads, networkName(network)] })
  }
  return needed
}

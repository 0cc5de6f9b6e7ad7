import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'

/** One rail as a pod asks for it: the resource its VF comes from and the network that attaches it. */
export interface RailRequest {
  resource: string
  /** `<namespace>/<name>` of the attachment definition. */
  network: string
}

/** What the cluster's own chain offers on all chosen nodes, and what is in the way (DESIGN: from the chain, not from constants). */
export interface Chain {
  rails: readonly RailRequest[]
  /** A shared RDMA resource, where there are no SR-IOV rails: `rdma/hca_shared_devices_a`. */
  shared: string | null
  problem: string | null
}

const SHARED = /^rdma\//

/**
 * Rails that every chosen node offers and an attachment definition serves, in the definitions' order by name.
 * A run within one node needs none.
 */
export function chainOf(nodes: readonly NodeFact[], nads: readonly NadFact[]): Chain {
  const offered = (name: string) =>
    nodes.length > 0 &&
    nodes.every((node) => (node.resources.find((resource) => resource.name === name)?.allocatable ?? 0) > 0)
  const byResource = new Map<string, string>()
  for (const nad of [...nads].sort((a, b) =>
    `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`, 'en', { numeric: true }),
  )) {
    if (nad.resourceName && !byResource.has(nad.resourceName) && offered(nad.resourceName))
      byResource.set(nad.resourceName, `${nad.namespace ?? 'default'}/${nad.name}`)
  }
  const rails = [...byResource].map(([resource, network]) => ({ resource, network }))
  if (rails.length > 0) return { rails, shared: null, problem: null }
  const shared =
    nodes[0]?.resources.find((resource) => SHARED.test(resource.name) && offered(resource.name))?.name ?? null
  const problem =
    shared === null
      ? 'No network resource is offered on all chosen nodes and attached by a NetworkAttachmentDefinition'
      : null
  return { rails: [], shared, problem }
}

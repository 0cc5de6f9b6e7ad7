import { clusterCollector, type KubeObject } from '@/lib/collector'
import { fields, text, word } from '../fields'

/** An address that whereabouts gave to a pod. */
export interface WhereaboutsLease {
  /** Offset from the first address of the range. */
  offset: string
  /** `namespace/pod`. */
  pod: string | null
  interface: string | null
}

/** An IPPool of whereabouts: leases of one range. */
export interface WhereaboutsPoolFact {
  name: string
  namespace: string | null
  range: string | null
  leases: readonly WhereaboutsLease[]
}

/** whereabouts pools (removed from the network operator in 25.10). */
export default clusterCollector({
  id: 'whereaboutsPools',
  title: 'IP pools (whereabouts)',
  read: {
    via: 'kube',
    group: 'whereabouts.cni.cncf.io',
    version: 'v1alpha1',
    plural: 'ippools',
    kind: 'IPPool',
    namespaced: true,
  },
  project: projectPool,
  nodesOf: () => '*',
  fold: (pools: readonly WhereaboutsPoolFact[]) => pools,
})

function projectPool(object: KubeObject): WhereaboutsPoolFact {
  const spec = fields(object.spec)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    range: word(spec.range),
    leases: Object.entries(fields(spec.allocations)).map(([offset, lease]) => ({
      offset,
      pod: word(fields(lease).podref),
      interface: text(fields(lease).ifname),
    })),
  }
}

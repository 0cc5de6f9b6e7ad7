import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'

/** nv-ipam pool types as a CNI configuration names them; without a name it is an ippool (k8s-formats §8). */
export type PoolType = 'ippool' | 'cidrpool'

/** Attachment definitions that take addresses from a pool. */
export function nadsOfPool(pool: string, type: PoolType, nads: readonly NadFact[]): readonly NadFact[] {
  return nads.filter(({ config }) => {
    const ipam = config?.ipam
    return ipam?.type === 'nv-ipam' && (ipam.poolType ?? 'ippool') === type && ipam.pools.includes(pool)
  })
}

/** How many devices (VFs) may want an address of the pool, by node. */
export function vfsOfPool(
  pool: string,
  type: PoolType,
  nads: readonly NadFact[],
  nodes: readonly NodeFact[],
): ReadonlyMap<string, number> {
  const resources = new Set(nadsOfPool(pool, type, nads).flatMap((nad) => nad.resourceName ?? []))
  return new Map(
    nodes.map((node) => [
      node.name,
      node.resources.reduce((sum, each) => sum + (resources.has(each.name) ? (each.capacity ?? 0) : 0), 0),
    ]),
  )
}

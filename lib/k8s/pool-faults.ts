import type { CidrPoolFact } from '@/collectors/cluster/ip-pool/cidr.collector'
import type { IpPoolFact } from '@/collectors/cluster/ip-pool/nv-ipam.collector'
import { inNetwork, parseIp, parseNetwork, usable } from './ip'

/** What the nv-ipam controller refuses in an IPPool (k8s-formats §8); an absent field is not judged. */
export function ipPoolFaults(pool: IpPoolFact): readonly string[] {
  const subnet = parseNetwork(pool.subnet)
  if (subnet === null) return pool.subnet === null ? [] : [`subnet ${pool.subnet} is no network`]
  const faults: string[] = []
  if (pool.blockSize === 0) faults.push('perNodeBlockSize is 0')
  if (pool.blockSize !== null && BigInt(pool.blockSize) > usable(subnet))
    faults.push(
      `perNodeBlockSize ${pool.blockSize} is larger than the ${usable(subnet)} addresses of ${pool.subnet ?? ''}`,
    )
  const gateway = parseIp(pool.gateway)
  if (pool.gateway !== null && gateway === null) faults.push(`gateway ${pool.gateway} is no address`)
  if (gateway !== null && !inNetwork(gateway, subnet))
    faults.push(`gateway ${pool.gateway ?? ''} is not part of the subnet ${pool.subnet ?? ''}`)
  for (const { start, end } of pool.exclusions) {
    const [a, b] = [parseIp(start), parseIp(end)]
    if (a === null || b === null || a.bits !== b.bits || a.value > b.value)
      faults.push(`exclusion ${start}–${end} is no range`)
    else if (!inNetwork(a, subnet) || !inNetwork(b, subnet))
      faults.push(`exclusion ${start}–${end} is not part of the subnet ${pool.subnet ?? ''}`)
  }
  return faults
}

/** What the nv-ipam controller refuses in a CIDRPool (k8s-formats §20.17). */
export function cidrPoolFaults(pool: CidrPoolFact): readonly string[] {
  const cidr = parseNetwork(pool.cidr)
  if (cidr === null) return pool.cidr === null ? [] : [`cidr ${pool.cidr} is no network`]
  if (pool.nodePrefix === null) return []
  if (pool.nodePrefix < cidr.prefix || pool.nodePrefix > cidr.bits)
    return [`perNodeNetworkPrefix /${pool.nodePrefix} does not fit into ${pool.cidr ?? ''}`]
  if (pool.gatewayIndex === null) return []
  const size = 2 ** Math.min(52, cidr.bits - pool.nodePrefix)
  return pool.gatewayIndex < 1 || pool.gatewayIndex >= size
    ? [`gatewayIndex ${pool.gatewayIndex} is outside of the node prefix /${pool.nodePrefix}`]
    : []
}

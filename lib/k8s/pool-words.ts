import type { IpPoolFact } from '@/collectors/cluster/ip-pool/nv-ipam.collector'
import { inRange } from './ip'
import { usableInBlock } from './pools'

/** A gateway inside a node's block costs that node an address (nvidia-k8s-ipam README, limitations); empty where there is none. */
export function gatewayWords(pool: IpPoolFact | undefined): string {
  const block = pool?.blocks.find((each) => inRange(pool.gateway, each.start, each.end) === true)
  if (pool === undefined || block === undefined) return ''
  return `; gateway ${pool.gateway ?? ''} lies in the block of ${block.node}, which has ${usableInBlock(pool, block) ?? 'fewer'} usable addresses`
}

import type { CidrPoolFact } from '@/collectors/cluster/ip-pool/cidr.collector'
import type { IpPoolFact } from '@/collectors/cluster/ip-pool/nv-ipam.collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import { type Selectable, type SelectorTerm, selects } from '@/collectors/cluster/selector'
import { inRange, parseNetwork, rangeSize, usable } from './ip'

/** An IPPool or CIDRPool of nv-ipam, in common words: a share (block or prefix) per node. */
export interface PoolView {
  kind: 'IPPool' | 'CIDRPool'
  name: string
  namespace: string | null
  hasStatus: boolean
  /** What is shared out, as printed. */
  range: string | null
  /** Shares the pool has; null where its spec cannot be read. */
  capacity: number | null
  /** Nodes that hold a share. */
  holders: readonly string[]
  selector: readonly SelectorTerm[] | null
}

/** The pools of both kinds. */
export function poolViews(
  ipPools: readonly IpPoolFact[] = [],
  cidrPools: readonly CidrPoolFact[] = [],
): readonly PoolView[] {
  return [
    ...ipPools.map((pool): PoolView => {
      const { name, namespace, hasStatus, nodeSelector: selector, subnet: range } = pool
      return {
        kind: 'IPPool',
        name,
        namespace,
        hasStatus,
        range,
        capacity: blockCount(pool),
        holders: pool.blocks.map((each) => each.node),
        selector,
      }
    }),
    ...cidrPools.map((pool): PoolView => {
      const { name, namespace, hasStatus, nodeSelector: selector, cidr: range } = pool
      return {
        kind: 'CIDRPool',
        name,
        namespace,
        hasStatus,
        range,
        capacity: prefixCount(pool),
        holders: pool.prefixes.flatMap((each) => each.node ?? []),
        selector,
      }
    }),
  ]
}

/** floor(usable addresses / block size) (k8s-formats §8); null where the spec cannot be read. */
export function blockCount(pool: IpPoolFact): number | null {
  const subnet = parseNetwork(pool.subnet)
  return subnet === null || !pool.blockSize ? null : bounded(usable(subnet) / BigInt(pool.blockSize))
}

function prefixCount(pool: CidrPoolFact): number | null {
  const cidr = parseNetwork(pool.cidr)
  if (cidr === null || pool.nodePrefix === null || pool.nodePrefix < cidr.prefix) return null
  return bounded(1n << BigInt(pool.nodePrefix - cidr.prefix))
}

function bounded(count: bigint): number {
  return count > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(count)
}

/** Nodes that the pool must serve: those its selector takes and that have fabric resources or already hold a share elsewhere. */
export function selectedNodes(
  pool: { selector: readonly SelectorTerm[] | null },
  nodes: readonly NodeFact[],
): readonly NodeFact[] {
  return nodes.filter((node) => selects(pool.selector, node satisfies Selectable))
}

/** Addresses a node can really give from its block: without gateway and excluded ones. Null where the block is unreadable. */
export function usableInBlock(pool: IpPoolFact, block: { start: string; end: string }): number | null {
  const size = rangeSize(block.start, block.end)
  if (size === null) return null
  const gateway = inRange(pool.gateway, block.start, block.end) === true ? 1n : 0n
  const excluded = pool.exclusions.reduce((sum, each) => {
    const [start, end] = [inRange(each.start, block.start, block.end), inRange(each.end, block.start, block.end)]
    return start && end ? sum + (rangeSize(each.start, each.end) ?? 0n) : sum
  }, 0n)
  return bounded(size - gateway - excluded)
}

/** Namespaces in which the controller works: it wrote a status there. */
export function servedNamespaces(pools: readonly PoolView[]): ReadonlySet<string> {
  return new Set(pools.filter((pool) => pool.hasStatus).flatMap((pool) => pool.namespace ?? []))
}

/** True when the controller ignores the pool: no status, while pools of another namespace have one. */
export function isIgnored(pool: PoolView, pools: readonly PoolView[]): boolean {
  const served = servedNamespaces(pools)
  return !pool.hasStatus && pool.namespace !== null && served.size > 0 && !served.has(pool.namespace)
}

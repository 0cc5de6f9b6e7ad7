import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, fields, isFields, items, time, word } from '../fields'
import { nodeSelector, type SelectorTerm } from '../selector'

/** A prefix of a pool that belongs to one node. */
export interface NodePrefix {
  node: string | null
  prefix: string
  gateway: string | null
}

/** A CIDRPool of nv-ipam: a network cut into one prefix per node. */
export interface CidrPoolFact {
  name: string
  namespace: string | null
  createdAt: string | null
  cidr: string | null
  /** Prefix length of one node's network. */
  nodePrefix: number | null
  /** Which address of the node's prefix is its gateway; 0 is refused (k8s-formats §20.17). */
  gatewayIndex: number | null
  staticAllocations: readonly NodePrefix[]
  nodeSelector: readonly SelectorTerm[] | null
  prefixes: readonly NodePrefix[]
  hasStatus: boolean
}

/** nv-ipam pools by prefix. */
export default clusterCollector({
  id: 'cidrPools',
  title: 'IP pools (nv-ipam CIDRPool)',
  read: {
    via: 'kube',
    group: 'nv-ipam.nvidia.com',
    version: 'v1alpha1',
    plural: 'cidrpools',
    kind: 'CIDRPool',
    namespaced: true,
  },
  project: projectPool,
  nodesOf: () => '*',
  fold: (pools: readonly CidrPoolFact[]) => pools,
})

function projectPool(object: KubeObject): CidrPoolFact {
  const spec = fields(object.spec)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    createdAt: time(object.metadata.creationTimestamp),
    cidr: word(spec.cidr),
    nodePrefix: count(spec.perNodeNetworkPrefix),
    gatewayIndex: typeof spec.gatewayIndex === 'number' ? spec.gatewayIndex : null,
    staticAllocations: prefixes(spec.staticAllocations),
    nodeSelector: nodeSelector(spec.nodeSelector),
    prefixes: prefixes(at(object, 'status', 'allocations')),
    hasStatus: isFields(object.status) && Array.isArray(object.status.allocations),
  }
}

function prefixes(raw: unknown): NodePrefix[] {
  return items(raw).flatMap((each) => {
    const prefix = word(each.prefix)
    return prefix === null ? [] : [{ node: word(each.nodeName), prefix, gateway: word(each.gateway) }]
  })
}

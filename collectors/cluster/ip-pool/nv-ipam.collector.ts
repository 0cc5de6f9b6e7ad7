import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, type Fields, fields, isFields, items, time, word } from '../fields'
import { nodeSelector, type SelectorTerm } from '../selector'

/** A range of addresses, ends included. */
export interface IpRange {
  start: string
  end: string
}

/** A block of a pool that belongs to one node. */
export interface IpBlock extends IpRange {
  node: string
}

/** An IPPool of nv-ipam: a subnet cut into one block of addresses per node. */
export interface IpPoolFact {
  name: string
  namespace: string | null
  createdAt: string | null
  subnet: string | null
  blockSize: number | null
  /** Null when not set or empty. */
  gateway: string | null
  exclusions: readonly IpRange[]
  /** Node selector terms; null: every node takes a block, control plane included. */
  nodeSelector: readonly SelectorTerm[] | null
  blocks: readonly IpBlock[]
  /** False: the controller never wrote a status (new, invalid or in a namespace it ignores). */
  hasStatus: boolean
}

/** nv-ipam pools by block. Not the IPPool of whereabouts, which has the same plural (k8s-formats §0.10). */
export default clusterCollector({
  id: 'ipPools',
  title: 'IP pools (nv-ipam IPPool)',
  read: {
    via: 'kube',
    group: 'nv-ipam.nvidia.com',
    version: 'v1alpha1',
    plural: 'ippools',
    kind: 'IPPool',
    namespaced: true,
  },
  project: projectPool,
  nodesOf: () => '*',
  fold: (pools: readonly IpPoolFact[]) => pools,
})

function projectPool(object: KubeObject): IpPoolFact {
  const spec = fields(object.spec)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    createdAt: time(object.metadata.creationTimestamp),
    subnet: word(spec.subnet),
    blockSize: count(spec.perNodeBlockSize),
    gateway: word(spec.gateway),
    exclusions: items(spec.exclusions).flatMap(range),
    nodeSelector: nodeSelector(spec.nodeSelector),
    blocks: items(at(object, 'status', 'allocations')).flatMap((raw) => {
      const node = word(raw.nodeName)
      return node === null ? [] : range(raw).map((each) => ({ node, ...each }))
    }),
    hasStatus: isFields(object.status) && Array.isArray(object.status.allocations),
  }
}

function range(raw: Fields): IpRange[] {
  const [start, end] = [word(raw.startIP), word(raw.endIP)]
  return start === null || end === null ? [] : [{ start, end }]
}

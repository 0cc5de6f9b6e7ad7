import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, fields, text, word } from '../fields'
import { labelSelector, type SelectorTerm } from '../selector'

/** A SriovNetworkPoolConfig: how many nodes of a group may drain at a time, and their RDMA mode. */
export interface SriovPoolConfigFact {
  name: string
  namespace: string | null
  /** Number or percentage as printed; null when not set (1). */
  maxUnavailable: string | null
  rdmaMode: string | null
  /** Requirements on node labels, all of which must hold. */
  nodeSelector: SelectorTerm
}

/** Node pools of the SR-IOV operator. */
export default clusterCollector({
  id: 'sriovPoolConfigs',
  title: 'SR-IOV node pools',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovnetworkpoolconfigs',
    kind: 'SriovNetworkPoolConfig',
    namespaced: true,
  },
  project: projectPool,
  nodesOf: () => '*',
  fold: (pools: readonly SriovPoolConfigFact[]) => pools,
})

function projectPool(object: KubeObject): SriovPoolConfigFact {
  const spec = fields(object.spec)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    maxUnavailable: text(spec.maxUnavailable),
    rdmaMode: word(spec.rdmaMode),
    nodeSelector: labelSelector(at(spec, 'nodeSelector')),
  }
}

import { clusterCollector } from '@/lib/collector'
import { type NodeStateFact, parseNodeState } from './parse'

/** SR-IOV operator's view of every node: wanted and seen PFs and VFs, drain and sync state. */
export default clusterCollector({
  id: 'nodeStates',
  title: 'SR-IOV node states',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovnetworknodestates',
    kind: 'SriovNetworkNodeState',
    namespaced: true,
  },
  project: parseNodeState,
  nodesOf: (state: NodeStateFact) => [state.node],
  fold: (states: readonly NodeStateFact[]) => states,
})

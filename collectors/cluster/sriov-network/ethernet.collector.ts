import { clusterCollector } from '@/lib/collector'
import { projectNetwork, type SriovNetworkFact } from './parse'

/** SriovNetwork objects: VF networks with the sriov CNI. */
export default clusterCollector({
  id: 'sriovNetworks',
  title: 'SR-IOV networks (Ethernet)',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovnetworks',
    kind: 'SriovNetwork',
    namespaced: true,
  },
  project: (object) => projectNetwork(object, 'SriovNetwork'),
  nodesOf: () => '*',
  fold: (networks: readonly SriovNetworkFact[]) => networks,
})

import { clusterCollector } from '@/lib/collector'
import { projectNetwork, type SriovNetworkFact } from './parse'

/** SriovIBNetwork objects: VF networks with the ib-sriov CNI. */
export default clusterCollector({
  id: 'sriovIbNetworks',
  title: 'SR-IOV networks (InfiniBand)',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovibnetworks',
    kind: 'SriovIBNetwork',
    namespaced: true,
  },
  project: (object) => projectNetwork(object, 'SriovIBNetwork'),
  nodesOf: () => '*',
  fold: (networks: readonly SriovNetworkFact[]) => networks,
})

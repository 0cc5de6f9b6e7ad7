import { clusterCollector } from '@/lib/collector'
import { projectNetwork, type SriovNetworkFact } from './parse'

/** OVSNetwork objects: switchdev representors on Open vSwitch. */
export default clusterCollector({
  id: 'ovsNetworks',
  title: 'OVS networks',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'ovsnetworks',
    kind: 'OVSNetwork',
    namespaced: true,
  },
  project: (object) => projectNetwork(object, 'OVSNetwork'),
  nodesOf: () => '*',
  fold: (networks: readonly SriovNetworkFact[]) => networks,
})

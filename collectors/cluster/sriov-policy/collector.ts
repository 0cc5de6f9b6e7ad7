import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, fields, flag, textMap, word, words } from '../fields'

/** A SriovNetworkNodePolicy: which PFs of which nodes get how many VFs under which resource name. */
export interface SriovPolicyFact {
  name: string
  namespace: string | null
  /** Exact match of all keys. */
  nodeSelector: Readonly<Record<string, string>>
  nicSelector: {
    vendor: string | null
    deviceId: string | null
    /** `name` or `name#0-3`. */
    pfNames: readonly string[]
    rootDevices: readonly string[]
    netFilter: string | null
  }
  numVfs: number | null
  resourceName: string | null
  /** 0 (wins) to 99; absent is 0 in the API, which is the strongest. */
  priority: number
  mtu: number | null
  linkType: string | null
  isRdma: boolean | null
  deviceType: string | null
  eSwitchMode: string | null
  externallyManaged: boolean
  excludeTopology: boolean
}

/** SR-IOV policies. The operator ignores the one named `default`. */
export default clusterCollector({
  id: 'sriovPolicies',
  title: 'SR-IOV policies',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovnetworknodepolicies',
    kind: 'SriovNetworkNodePolicy',
    namespaced: true,
  },
  project: (object) => (object.metadata.name === 'default' ? null : projectPolicy(object)),
  nodesOf: () => '*',
  fold: (policies: readonly SriovPolicyFact[]) => policies,
})

function projectPolicy(object: KubeObject): SriovPolicyFact {
  const spec = fields(object.spec)
  const nic = fields(spec.nicSelector)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    nodeSelector: textMap(spec.nodeSelector),
    nicSelector: {
      vendor: word(nic.vendor),
      deviceId: word(nic.deviceID),
      pfNames: words(nic.pfNames),
      rootDevices: words(nic.rootDevices),
      netFilter: word(nic.netFilter),
    },
    numVfs: count(spec.numVfs),
    resourceName: word(spec.resourceName),
    priority: count(spec.priority) ?? 0,
    mtu: count(spec.mtu),
    linkType: word(spec.linkType)?.toUpperCase() ?? null,
    isRdma: flag(at(spec, 'isRdma')),
    deviceType: word(spec.deviceType),
    eSwitchMode: word(spec.eSwitchMode),
    externallyManaged: flag(spec.externallyManaged) === true,
    excludeTopology: flag(spec.excludeTopology) === true,
  }
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, flag, items, word } from '../fields'
import { conditionsOf, type ObjectCondition } from '../workload'

/** A NIC as the NIC configuration operator sees it. */
export interface NicDeviceFact {
  namespace: string
  name: string
  node: string | null
  psid: string | null
  firmware: string | null
  model: string | null
  dpu: boolean | null
  ports: readonly { pci: string; netdev: string | null; rdma: string | null }[]
  /** Values the template asks for. */
  wanted: { numVfs: number | null; linkType: string | null }
  conditions: readonly ObjectCondition[]
}

/** NicDevices. Source: k8s-formats §13; status.node, never the name. */
export default clusterCollector({
  id: 'nicDevices',
  title: 'NicDevices',
  read: {
    via: 'kube',
    group: 'configuration.net.nvidia.com',
    version: 'v1alpha1',
    plural: 'nicdevices',
    kind: 'NicDevice',
    namespaced: true,
  },
  project: projectNicDevice,
  nodesOf: (device: NicDeviceFact) => (device.node === null ? '*' : [device.node]),
  fold: (devices: readonly NicDeviceFact[]) => devices,
})

function projectNicDevice(object: KubeObject): NicDeviceFact {
  const template = at(object, 'spec', 'configuration', 'template')
  const numVfs = at(template, 'numVfs')
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    node: word(at(object, 'status', 'node')),
    psid: word(at(object, 'status', 'psid')),
    firmware: word(at(object, 'status', 'firmwareVersion')),
    model: word(at(object, 'status', 'modelName')),
    dpu: flag(at(object, 'status', 'dpu')),
    ports: items(at(object, 'status', 'ports')).flatMap((port) => {
      const pci = word(port.pci)
      return pci === null ? [] : [{ pci, netdev: word(port.networkInterface), rdma: word(port.rdmaInterface) }]
    }),
    wanted: { numVfs: typeof numVfs === 'number' ? numVfs : null, linkType: word(at(template, 'linkType')) },
    conditions: conditionsOf(at(object, 'status', 'conditions')),
  }
}

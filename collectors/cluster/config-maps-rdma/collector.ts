import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, text } from '../fields'

/** Configuration text of the RDMA shared device plugin, unparsed: a check lints it. */
export interface RdmaConfigMapFact {
  namespace: string
  name: string
  /** Text of key `config.json`; null when the key is missing. */
  config: string | null
}

/** ConfigMap `rdma-devices`, and only that one: other ConfigMaps are never read. Source: k8s-formats §6. */
export default clusterCollector({
  id: 'configMapsRdma',
  title: 'RDMA shared device plugin configuration',
  read: {
    via: 'kube',
    group: '',
    version: 'v1',
    plural: 'configmaps',
    kind: 'ConfigMap',
    namespaced: true,
    fieldSelector: 'metadata.name=rdma-devices',
  },
  project: (object: KubeObject): RdmaConfigMapFact | null =>
    object.metadata.name === 'rdma-devices' || object.metadata.name.startsWith('rdma-devices-')
      ? {
          namespace: object.metadata.namespace ?? 'default',
          name: object.metadata.name,
          config: text(at(object, 'data', 'config.json')),
        }
      : null,
  nodesOf: () => '*',
  fold: (maps: readonly RdmaConfigMapFact[]) => maps,
})

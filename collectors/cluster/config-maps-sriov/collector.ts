import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, fields, text, textMap } from '../fields'
import { parseSriovPools, type SriovPoolConfig } from './pools'

/** Configuration of the SR-IOV device plugin: one key per node. */
export interface SriovConfigMapFact {
  namespace: string
  name: string
  nodes: readonly { node: string; pools: readonly SriovPoolConfig[] | null }[]
}

/** The operator's, and the plug-in's own where it was deployed without an operator (one key for all nodes; pasted only). */
const NAMES = new Set(['device-plugin-config', 'sriovdp-config'])

/** ConfigMap `device-plugin-config` of the SR-IOV operator. Source: k8s-formats §7, §20.11. */
export default clusterCollector({
  id: 'configMapsSriov',
  title: 'SR-IOV device plugin configuration',
  read: {
    via: 'kube',
    group: '',
    version: 'v1',
    plural: 'configmaps',
    kind: 'ConfigMap',
    namespaced: true,
    fieldSelector: 'metadata.name=device-plugin-config',
  },
  project: (object: KubeObject): SriovConfigMapFact | null =>
    NAMES.has(object.metadata.name)
      ? {
          namespace: object.metadata.namespace ?? 'default',
          name: object.metadata.name,
          nodes: Object.entries(textMap(fields(at(object, 'data')))).map(([node, config]) => ({
            node,
            pools: parseSriovPools(text(config) ?? ''),
          })),
        }
      : null,
  nodesOf: () => '*',
  fold: (maps: readonly SriovConfigMapFact[]) => maps,
})

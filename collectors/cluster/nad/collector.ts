import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, text, textMap, time, word } from '../fields'
import { type CniConfig, parseCni } from './config'

/** A NetworkAttachmentDefinition: what Multus hands to the CNI plug-in. */
export interface NadFact {
  name: string
  namespace: string | null
  createdAt: string | null
  /** Annotation k8s.v1.cni.cncf.io/resourceName: the device to hand over, `nvidia.com/resibp24s0`. */
  resourceName: string | null
  /** sriovnetwork.openshift.io/owner-ref: `SriovIBNetwork.sriovnetwork.openshift.io/<ns>/<name>` (NVIDIA 25.10). */
  owner: string | null
  /** Parsed `spec.config`; null where it is empty or no JSON object. */
  config: CniConfig | null
  /** Why config is null: `empty` (the CNI file on the node is used) or the parser's message. */
  configError: string | null
}

/** Network attachment definitions. */
export default clusterCollector({
  id: 'nads',
  title: 'Network attachment definitions',
  read: {
    via: 'kube',
    group: 'k8s.cni.cncf.io',
    version: 'v1',
    plural: 'network-attachment-definitions',
    kind: 'NetworkAttachmentDefinition',
    namespaced: true,
  },
  project: projectNad,
  nodesOf: () => '*',
  fold: (nads: readonly NadFact[]) => nads,
})

function projectNad(object: KubeObject): NadFact {
  const annotations = textMap(object.metadata.annotations)
  const raw = text(at(object, 'spec', 'config')) ?? ''
  const config = parseCni(raw)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    createdAt: time(object.metadata.creationTimestamp),
    resourceName: word(annotations['k8s.v1.cni.cncf.io/resourceName']),
    owner: word(annotations['sriovnetwork.openshift.io/owner-ref']),
    config,
    configError: config !== null ? null : raw.trim() === '' ? 'empty' : jsonError(raw),
  }
}

function jsonError(raw: string): string {
  try {
    JSON.parse(raw)
    return 'not a JSON object'
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'not JSON'
  }
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, flag, items, word } from '../fields'
import { conditionsOf } from '../workload'

/** A custom resource definition of the stack. */
export interface CustomResourceDefinitionFact {
  /** `nicclusterpolicies.mellanox.com`. */
  name: string
  group: string
  kind: string
  plural: string
  servedVersions: readonly string[]
  storedVersion: string | null
  established: boolean | null
}

const GROUPS =
  /(?:^|\.)(?:mellanox\.com|nvidia\.com|sriovnetwork\.openshift\.io|k8s\.cni\.cncf\.io|whereabouts\.cni\.cncf\.io|kubeflow\.org|nfd\.k8s-sigs\.io|topology\.node\.k8s\.io)$/

/** Which resources of the stack the cluster has at all: saves asking for what is not there. */
export default clusterCollector({
  id: 'customResourceDefinitions',
  title: 'Custom resource definitions',
  read: {
    via: 'kube',
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
  },
  project: projectDefinition,
  nodesOf: () => '*',
  fold: (definitions: readonly CustomResourceDefinitionFact[]) => definitions,
})

function projectDefinition(object: KubeObject): CustomResourceDefinitionFact | null {
  const group = word(at(object, 'spec', 'group'))
  if (group === null || !GROUPS.test(group)) return null
  const versions = items(at(object, 'spec', 'versions'))
  const established = conditionsOf(at(object, 'status', 'conditions')).find((each) => each.type === 'Established')
  return {
    name: object.metadata.name,
    group,
    kind: word(at(object, 'spec', 'names', 'kind')) ?? '',
    plural: word(at(object, 'spec', 'names', 'plural')) ?? '',
    servedVersions: versions.filter((each) => flag(each.served) === true).flatMap((each) => word(each.name) ?? []),
    storedVersion: word(versions.find((each) => flag(each.storage) === true)?.name),
    established: established === undefined ? null : established.status === 'True',
  }
}

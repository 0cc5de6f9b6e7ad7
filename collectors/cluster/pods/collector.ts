import { clusterCollector, type KubeObject } from '@/lib/collector'
import { COMPONENT_LABEL_KEYS, componentOf } from '@/lib/components'
import { at, flag, items, text, textMap, time, word } from '../fields'
import { quantity } from '../quantity'
import { containers, message } from './containers'
import type { PodCondition, PodContainer, PodFact } from './fact'
import { parseNetworkStatus, parseNetworks } from './networks'

const NETWORKS = 'k8s.v1.cni.cncf.io/networks'
const NETWORK_STATUS = ['k8s.v1.cni.cncf.io/network-status', 'k8s.v1.cni.cncf.io/networks-status'] as const
const KEPT_LABELS = new Set([
  ...COMPONENT_LABEL_KEYS,
  'app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
  'name',
  'component',
  'job-name',
  'batch.kubernetes.io/job-name',
  'role',
  'training.kubeflow.org/job-name',
  'training.kubeflow.org/job-role',
  'training.kubeflow.org/replica-index',
  'training.kubeflow.org/operator-name',
])

/** Pods that use GPUs, fabric resources or extra networks, pods of the operators, and every pod that does not run. */
export default clusterCollector({
  id: 'pods',
  title: 'Pods',
  read: { via: 'kube', group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
  project: projectPod,
  nodesOf: (pod: PodFact) => (pod.node === null ? '*' : [pod.node]),
  fold: (pods: readonly PodFact[]) => pods,
})

function projectPod(object: KubeObject): PodFact | null {
  const labels = textMap(object.metadata.labels)
  const annotations = textMap(object.metadata.annotations)
  const namespace = object.metadata.namespace ?? 'default'
  const all = containers(object)
  const requests = podRequests(all)
  const networks = word(annotations[NETWORKS])
  const phase = word(at(object, 'status', 'phase'))
  const status = NETWORK_STATUS.map((key) => word(annotations[key])).find((each) => each !== null) ?? null
  const uses = Object.keys(requests).length > 0 || networks !== null
  if (!uses && componentOf(labels) === null && (phase === 'Running' || phase === 'Succeeded')) return null
  return {
    namespace,
    name: object.metadata.name,
    uid: object.metadata.uid ?? null,
    node: word(at(object, 'spec', 'nodeName')),
    phase,
    reason: word(at(object, 'status', 'reason')),
    message: message(at(object, 'status', 'message')),
    created: time(object.metadata.creationTimestamp),
    deleted: time(object.metadata.deletionTimestamp),
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => KEPT_LABELS.has(key))),
    owner: owner(object),
    conditions: items(at(object, 'status', 'conditions')).map(condition),
    containers: all,
    requests,
    networksAnnotation: networks,
    networks: networks === null ? null : parseNetworks(networks, namespace),
    hasNetworkStatus: status !== null,
    networkStatus: status === null ? null : parseNetworkStatus(status),
    hostNetwork: flag(at(object, 'spec', 'hostNetwork')) === true,
    shm: sharedMemory(object),
    nodeSelector: textMap(at(object, 'spec', 'nodeSelector')),
    schedulingGates: items(at(object, 'spec', 'schedulingGates')).flatMap((each) => word(each.name) ?? []),
    priorityClass: word(at(object, 'spec', 'priorityClassName')),
    scc: word(annotations['openshift.io/scc']),
  }
}

/** Effective request per resource: the larger of the containers' sum and any one init container (scheduler rule). */
function podRequests(all: readonly PodContainer[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const each of all.filter((one) => !one.init))
    for (const [name, amount] of Object.entries(each.requests)) sum[name] = (sum[name] ?? 0) + amount
  for (const each of all.filter((one) => one.init))
    for (const [name, amount] of Object.entries(each.requests)) sum[name] = Math.max(sum[name] ?? 0, amount)
  return sum
}

function owner(object: KubeObject): PodFact['owner'] {
  const owners = items(object.metadata.ownerReferences)
  const found = owners.find((each) => each.controller === true) ?? owners[0]
  const [kind, name] = [word(found?.kind), word(found?.name)]
  return kind !== null && name !== null ? { kind, name } : null
}

function condition(raw: Readonly<Record<string, unknown>>): PodCondition {
  return {
    type: text(raw.type) ?? '',
    status: text(raw.status) ?? '',
    reason: word(raw.reason),
    message: message(raw.message),
    since: time(raw.lastTransitionTime),
  }
}

function sharedMemory(object: KubeObject): PodFact['shm'] {
  const mounts = items(at(object, 'spec', 'containers')).flatMap((each) => items(each.volumeMounts))
  const volume = mounts.find((each) => each.mountPath === '/dev/shm')?.name
  const found = items(at(object, 'spec', 'volumes')).find((each) => each.name === volume && volume !== undefined)
  if (found === undefined || at(found, 'emptyDir', 'medium') !== 'Memory') return null
  return { sizeLimitBytes: quantity(at(found, 'emptyDir', 'sizeLimit')) }
}

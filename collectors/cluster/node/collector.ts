import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, fields, flag, items, text, textMap, time, word } from '../fields'
import { quantity } from '../quantity'

/** How much of one resource a node has, and may give (allocatable never subtracts what pods use: k8s-formats §0.9). */
export interface NodeResource {
  /** Resource name as pods request it: `nvidia.com/gpu`, `rdma/hca_shared`. */
  name: string
  /** Null: the key is absent there. `hugepages-*` and `memory` are bytes, all others counts. */
  capacity: number | null
  allocatable: number | null
}

export interface NodeTaint {
  key: string
  value: string | null
  effect: string
  addedAt: string | null
}

/** A condition of the Node object: its Ready decides whether the kubelet still answers. */
export interface NodeCondition {
  type: string
  status: string
  reason: string | null
  message: string | null
  transitionAt: string | null
  heartbeatAt: string | null
}

/** What we use of a Node object. */
export interface NodeFact {
  name: string
  createdAt: string | null
  /** When its deletion began. */
  deletedAt: string | null
  labels: Readonly<Record<string, string>>
  /** Annotations of the SR-IOV and network operators, by full key. */
  annotations: Readonly<Record<string, string>>
  /** Annotation sriovnetwork.openshift.io/state: the desired drain state (Idle, Drain_Required, Reboot_Required). */
  sriovState: string | null
  unschedulable: boolean
  taints: readonly NodeTaint[]
  conditions: readonly NodeCondition[]
  /** Status of the condition Ready: True, False, Unknown; null without that condition. */
  ready: string | null
  /** True when the object has capacity at all: without it a missing resource proves nothing. */
  reportsResources: boolean
  /** GPU, fabric and hugepage resources, memory and cpu. */
  resources: readonly NodeResource[]
  addresses: readonly { type: string; address: string }[]
  bootId: string | null
  machineId: string | null
  systemUuid: string | null
  kernel: string | null
  osImage: string | null
  containerRuntime: string | null
  kubelet: string | null
}

/** NFD writes one label per CPU instruction; no policy, pool or DaemonSet of ours selects by them. */
const DROPPED_LABELS = 'feature.node.kubernetes.io/cpu-cpuid.'
const KEPT_ANNOTATIONS = /(?:sriovnetwork\.openshift\.io|nvidia\.com)\//
const CORE_RESOURCES = /^(?:cpu|memory|pods|hugepages-.*)$/
const NOT_FABRIC = /(?:^|\.)kubernetes\.io\//

/** Nodes: resources, labels, taints, readiness, versions and boot identity. */
export default clusterCollector({
  id: 'nodes',
  title: 'Kubernetes nodes',
  read: { via: 'kube', group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false },
  project: projectNode,
  nodesOf: (node: NodeFact) => [node.name],
  fold: (nodes: readonly NodeFact[]) => nodes,
})

function projectNode(object: KubeObject): NodeFact {
  const info = fields(at(object, 'status', 'nodeInfo'))
  const conditions = items(at(object, 'status', 'conditions')).map(condition)
  const annotations = keep(textMap(object.metadata.annotations), KEPT_ANNOTATIONS)
  return {
    name: object.metadata.name,
    createdAt: time(object.metadata.creationTimestamp),
    deletedAt: time(object.metadata.deletionTimestamp),
    labels: labelsOf(object),
    annotations,
    sriovState: annotations['sriovnetwork.openshift.io/state'] ?? null,
    unschedulable: flag(at(object, 'spec', 'unschedulable')) === true,
    taints: items(at(object, 'spec', 'taints')).map((taint) => ({
      key: text(taint.key) ?? '',
      value: text(taint.value),
      effect: text(taint.effect) ?? '',
      addedAt: time(taint.timeAdded),
    })),
    conditions,
    ready: conditions.find((each) => each.type === 'Ready')?.status ?? null,
    reportsResources: Object.keys(fields(at(object, 'status', 'capacity'))).length > 0,
    resources: resources(object),
    addresses: items(at(object, 'status', 'addresses')).flatMap((each) => {
      const [type, address] = [word(each.type), word(each.address)]
      return type !== null && address !== null ? [{ type, address }] : []
    }),
    bootId: word(info.bootID),
    machineId: word(info.machineID),
    systemUuid: word(info.systemUUID),
    kernel: word(info.kernelVersion),
    osImage: word(info.osImage),
    containerRuntime: word(info.containerRuntimeVersion),
    kubelet: word(info.kubeletVersion),
  }
}

/** Selectors of policies and pools may name any label, so all others are kept. */
function labelsOf(object: KubeObject): Record<string, string> {
  const labels = Object.entries(textMap(object.metadata.labels))
  return Object.fromEntries(labels.filter(([key]) => !key.startsWith(DROPPED_LABELS)))
}

function keep(map: Readonly<Record<string, string>>, pattern: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => pattern.test(key)))
}

function condition(raw: Record<string, unknown>): NodeCondition {
  return {
    type: text(raw.type) ?? '',
    status: text(raw.status) ?? '',
    reason: word(raw.reason),
    message: word(raw.message),
    transitionAt: time(raw.lastTransitionTime),
    heartbeatAt: time(raw.lastHeartbeatTime),
  }
}

function resources(object: KubeObject): NodeResource[] {
  const capacity = fields(at(object, 'status', 'capacity'))
  const allocatable = fields(at(object, 'status', 'allocatable'))
  const names = [...new Set([...Object.keys(capacity), ...Object.keys(allocatable)])].sort()
  return names
    .filter((name) => CORE_RESOURCES.test(name) || (name.includes('/') && !NOT_FABRIC.test(name)))
    .map((name) => ({ name, capacity: quantity(capacity[name]), allocatable: quantity(allocatable[name]) }))
}

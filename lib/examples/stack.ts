/** Facts of a small healthy cluster for the examples of checks and causes: each takes only what differs. */
import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { EventFact } from '@/collectors/cluster/events/collector'
import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodContainer, PodFact } from '@/collectors/cluster/pods/fact'
import { component } from '@/lib/components'

const NAMESPACE = 'network-operator'

/** A ready NicClusterPolicy that asks nv-ipam, Multus and the CNI plug-ins. */
export function aPolicy(differs: Partial<NicPolicyFact> = {}): NicPolicyFact {
  const image = (path: string, name: string) => ({
    path,
    repository: 'nvcr.io/nvidia/mellanox',
    image: name,
    version: 'network-operator-v25.7.0',
    pullSecrets: [],
  })
  return {
    name: 'nic-cluster-policy',
    uid: null,
    created: null,
    deleted: null,
    generation: 1,
    hasSpec: true,
    components: [
      image('nvIpam', 'nvidia-k8s-ipam'),
      image('secondaryNetwork.cniPlugins', 'plugins'),
      image('secondaryNetwork.multus', 'multus-cni'),
    ],
    rdmaConfig: null,
    sriovConfig: null,
    forcePrecompiled: null,
    state: 'ready',
    reason: null,
    appliedStates: [
      { name: 'state-multus-cni', state: 'ready', message: null },
      { name: 'state-nv-ipam-cni', state: 'ready', message: null },
      { name: 'state-OFED', state: 'ignore', message: null },
      { name: 'state-RDMA-device-plugin', state: 'ignore', message: null },
    ],
    conditions: [],
    ...differs,
  }
}

/** A DaemonSet of a component, complete on four nodes. */
export function aDaemonSet(componentId: string, differs: Partial<DaemonSetFact> = {}): DaemonSetFact {
  return {
    namespace: NAMESPACE,
    name: componentId,
    created: null,
    deleted: null,
    generation: 1,
    observedGeneration: 1,
    component: componentId,
    state: component(componentId)?.state ?? null,
    owner: null,
    labels: component(componentId)?.labels[0] ?? {},
    images: [],
    nodeSelector: {},
    requiredAffinity: null,
    tolerations: [],
    serviceAccount: null,
    desired: 4,
    current: 4,
    ready: 4,
    available: 4,
    updated: 4,
    misscheduled: 0,
    updateStrategy: 'RollingUpdate',
    ...differs,
  }
}

/** A Deployment of a component, complete. */
export function aDeployment(componentId: string, differs: Partial<DeploymentFact> = {}): DeploymentFact {
  return {
    namespace: NAMESPACE,
    name: componentId,
    created: null,
    deleted: null,
    generation: 1,
    observedGeneration: 1,
    component: componentId,
    state: component(componentId)?.state ?? null,
    owner: null,
    labels: component(componentId)?.labels[0] ?? {},
    images: componentId === 'network-operator' ? ['nvcr.io/nvidia/cloud-native/network-operator:v25.7.0'] : [],
    nodeSelector: {},
    requiredAffinity: null,
    tolerations: [],
    serviceAccount: null,
    replicas: 1,
    available: 1,
    ready: 1,
    updated: 1,
    conditions: [],
    requests: {},
    ...differs,
  }
}

/** A running container. */
export function aContainer(differs: Partial<PodContainer> = {}): PodContainer {
  return {
    name: 'main',
    init: false,
    image: 'registry.example.net/app:1',
    ready: true,
    restarts: 0,
    now: { state: 'running', reason: null, message: null, exitCode: null, finishedAt: null },
    before: null,
    requests: {},
    privileged: null,
    capabilitiesAdded: [],
    env: {},
    ...differs,
  }
}

/** A container that waits. */
export function aWaiting(reason: string, message: string | null, differs: Partial<PodContainer> = {}): PodContainer {
  return aContainer({
    ready: false,
    now: { state: 'waiting', reason, message, exitCode: null, finishedAt: null },
    ...differs,
  })
}

/** A running, ready pod on node dgx030. */
export function aPod(name: string, differs: Partial<PodFact> = {}): PodFact {
  return {
    namespace: NAMESPACE,
    name,
    uid: null,
    node: 'dgx030',
    phase: 'Running',
    reason: null,
    message: null,
    created: null,
    deleted: null,
    labels: {},
    owner: null,
    conditions: [{ type: 'Ready', status: 'True', reason: null, message: null, since: null }],
    containers: [aContainer()],
    requests: {},
    networksAnnotation: null,
    networks: null,
    hasNetworkStatus: false,
    networkStatus: null,
    hostNetwork: false,
    shm: null,
    nodeSelector: {},
    schedulingGates: [],
    priorityClass: null,
    scc: null,
    ...differs,
  }
}

/** A ready GPU node with labels of NFD and the GPU operator. */
export function aNode(name = 'dgx030', differs: Partial<NodeFact> = {}): NodeFact {
  return {
    name,
    createdAt: null,
    deletedAt: null,
    labels: {
      'feature.node.kubernetes.io/pci-15b3.present': 'true',
      'network.nvidia.com/operator.mofed.wait': 'false',
      'nvidia.com/gpu.present': 'true',
      'sriovnetwork.openshift.io/device-plugin': 'Enabled',
    },
    annotations: {},
    sriovState: null,
    unschedulable: false,
    taints: [],
    conditions: [],
    ready: 'True',
    reportsResources: true,
    resources: [{ name: 'nvidia.com/gpu', capacity: 8, allocatable: 8 }],
    addresses: [],
    bootId: null,
    machineId: null,
    systemUuid: null,
    kernel: '6.8.0-85-generic',
    osImage: 'Ubuntu 24.04.3 LTS',
    containerRuntime: 'containerd://2.1.4',
    kubelet: 'v1.33.4',
    ...differs,
  }
}

/** A warning event about an object. */
export function anEvent(
  kind: string,
  objectName: string,
  reason: string,
  message: string,
  differs: Partial<EventFact> = {},
): EventFact {
  return {
    namespace: NAMESPACE,
    name: `${objectName}.1`,
    kind,
    objectNamespace: NAMESPACE,
    objectName,
    objectUid: null,
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstAt: null,
    lastAt: null,
    source: null,
    node: null,
    ...differs,
  }
}

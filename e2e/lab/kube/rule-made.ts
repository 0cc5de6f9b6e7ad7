import type { KubeObject } from '@/lib/collector'

/** Objects of the size and shape of a GPU fleet's (node about 9 KB, pod about 3 KB), made by rule; parts are shared to cost little. */

const AT = '2026-11-20T10:00:00Z'
const RAILS = [24, 40, 64, 79, 94, 154, 192, 206]
const LABELS: Readonly<Record<string, string>> = {
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'nvidia.com/gpu.present': 'true',
  'nvidia.com/gpu.product': 'NVIDIA-B200',
  'nvidia.com/gpu.count': '8',
  'feature.node.kubernetes.io/pci-15b3.present': 'true',
  'feature.node.kubernetes.io/rdma.capable': 'true',
  'network.nvidia.com/operator.mofed.wait': 'false',
  ...Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`feature.node.kubernetes.io/cpu-cpuid.FEATURE${at}`, 'true']),
  ),
}
const RESOURCES = {
  cpu: '224',
  memory: '2113359392Ki',
  'ephemeral-storage': '1843265204Ki',
  pods: '110',
  'nvidia.com/gpu': '8',
  ...Object.fromEntries(RAILS.map((rail) => [`nvidia.com/resibp${rail}s0`, '8'])),
}
const IMAGES = Array.from({ length: 12 }, (_, at) => ({
  names: [
    `registry.example.invalid/image-${at}@sha256:${String(at).padStart(64, 'a')}`,
    `registry.example.invalid/image-${at}:v24.${at}`,
  ],
  sizeBytes: 1e8 + at,
}))
const CONDITIONS = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready', 'NetworkUnavailable'].map((type) => ({
  type,
  status: type === 'Ready' ? 'True' : 'False',
  reason: `Kubelet${type}`,
  message: `kubelet reports ${type}`,
  lastHeartbeatTime: AT,
  lastTransitionTime: AT,
}))

const nameOf = (index: number) => `dgx${String(index).padStart(4, '0')}`

/** The index-th node. */
export function fleetNode(index: number): KubeObject {
  const name = nameOf(index)
  const id = String(index).padStart(12, '0')
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `00000000-0000-4000-8000-${id}`,
      creationTimestamp: AT,
      labels: { ...LABELS, 'kubernetes.io/hostname': name },
      annotations: { 'nfd.node.kubernetes.io/feature-labels': FEATURES, 'sriovnetwork.openshift.io/state': 'Idle' },
    },
    spec: { podCIDR: `10.${index >> 8}.${index & 255}.0/24` },
    status: {
      capacity: RESOURCES,
      allocatable: RESOURCES,
      conditions: CONDITIONS,
      addresses: [
        { type: 'InternalIP', address: `127.1.${index >> 8}.${index & 255}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        machineID: id.padStart(32, '0'),
        systemUUID: `10000000-0000-4000-8000-${id}`,
        bootID: `20000000-0000-4000-8000-${id}`,
        kernelVersion: '6.8.0-1025-nvidia',
        osImage: 'DGX OS 7',
        containerRuntimeVersion: 'containerd://1.7.27',
        kubeletVersion: 'v1.32.5',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      images: IMAGES,
    },
  }
}

const FEATURES = Object.keys(LABELS).join(',')
const CONTAINERS = [
  {
    name: 'main',
    image: 'registry.example.invalid/sriov-device-plugin:v1',
    command: ['/bin/plugin'],
    args: ['--log-level=10'],
    env: Array.from({ length: 8 }, (_, at) => ({ name: `ENV_${at}`, value: `value-${at}` })),
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
    volumeMounts: Array.from({ length: 5 }, (_, at) => ({ name: `volume-${at}`, mountPath: `/mount-${at}` })),
  },
]
const VOLUMES = Array.from({ length: 5 }, (_, at) => ({
  name: `volume-${at}`,
  hostPath: { path: `/host-${at}`, type: '' },
}))
const TOLERATIONS = Array.from({ length: 6 }, (_, at) => ({
  key: `taint-${at}`,
  operator: 'Exists',
  effect: 'NoSchedule',
}))
const POD_CONDITIONS = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
  type,
  status: 'True',
  lastTransitionTime: AT,
}))
const STATUSES = [
  {
    name: 'main',
    ready: true,
    restartCount: 0,
    started: true,
    image: 'registry.example.invalid/sriov-device-plugin:v1',
    imageID: `sha256:${'d'.repeat(64)}`,
    containerID: `containerd://${'e'.repeat(64)}`,
    state: { running: { startedAt: AT } },
    lastState: {},
  },
]

/** The index-th pod, spread over the nodes. */
export function fleetPod(index: number, nodes: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `sriov-device-plugin-${index}`,
      namespace: index % 4 === 0 ? 'kube-system' : 'network-operator',
      uid: `30000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      creationTimestamp: AT,
      labels: { app: 'sriov-device-plugin', 'controller-revision-hash': '6b7f9', 'pod-template-generation': '3' },
      annotations: {
        'k8s.v1.cni.cncf.io/network-status': '[{"name":"cbr0","ips":["10.244.1.7"],"default":true,"dns":{}}]',
      },
      ownerReferences: [
        {
          kind: 'DaemonSet',
          name: 'sriov-device-plugin',
          uid: '40000000-0000-4000-8000-000000000000',
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: nameOf(index % nodes),
      containers: CONTAINERS,
      volumes: VOLUMES,
      tolerations: TOLERATIONS,
      serviceAccountName: 'plugin',
      hostNetwork: true,
    },
    status: {
      phase: 'Running',
      conditions: POD_CONDITIONS,
      hostIP: '127.1.0.1',
      podIP: '127.1.0.1',
      startTime: AT,
      qosClass: 'Burstable',
      containerStatuses: STATUSES,
    },
  }
}

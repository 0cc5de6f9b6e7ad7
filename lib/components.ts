/** A program of the GPU/RDMA stack that runs in the cluster, found by label, never by name (k8s-formats §0.8, §14). */
export interface Component {
  id: string
  /** As people call it. */
  title: string
  /** Alternatives; of each all labels must match. A value of `*` means any value; a trailing `*` a prefix. */
  labels: readonly Readonly<Record<string, string>>[]
  /** Kind of its workload. */
  kind: 'DaemonSet' | 'Deployment'
  /** State name in NicClusterPolicy.status.appliedStates, where the network operator owns it. */
  state?: string
  /** Path of its block in NicClusterPolicy.spec. */
  specPath?: string
  /** Image names that belong to it, last path segment without tag. */
  images?: readonly string[]
}

/** Source: k8s-formats §14 (labels), §4 (states), §15 (images: hack/release.yaml of Mellanox/network-operator, tags v23.7–v26.7). */
export const COMPONENTS: readonly Component[] = [
  {
    id: 'network-operator',
    title: 'network operator',
    labels: [{ 'app.kubernetes.io/name': 'network-operator' }],
    kind: 'Deployment',
  },
  {
    id: 'ofed-driver',
    title: 'OFED driver',
    labels: [{ 'nvidia.com/ofed-driver': '*' }, { app: 'mofed-*' }],
    kind: 'DaemonSet',
    state: 'state-OFED',
    specPath: 'ofedDriver',
    images: ['doca-driver', 'mofed'],
  },
  {
    id: 'rdma-shared-plugin',
    title: 'RDMA shared device plugin',
    labels: [{ app: 'rdma-shared-dp' }, { app: 'rdma-shared-dp-*' }],
    kind: 'DaemonSet',
    state: 'state-RDMA-device-plugin',
    specPath: 'rdmaSharedDevicePlugin',
    images: ['k8s-rdma-shared-dev-plugin'],
  },
  {
    id: 'sriov-plugin-policy',
    title: 'SR-IOV device plugin of the network operator',
    labels: [{ app: 'sriovdp' }, { app: 'sriovdp-*' }],
    kind: 'DaemonSet',
    state: 'state-SRIOV-device-plugin',
    specPath: 'sriovDevicePlugin',
    images: ['sriov-network-device-plugin'],
  },
  {
    id: 'multus',
    title: 'Multus',
    labels: [{ name: 'multus' }, { app: 'multus' }, { 'k8s-app': 'multus' }],
    kind: 'DaemonSet',
    state: 'state-multus-cni',
    specPath: 'secondaryNetwork.multus',
    images: ['multus-cni'],
  },
  {
    id: 'cni-plugins',
    title: 'CNI plugins',
    labels: [{ name: 'cni-plugins' }, { app: 'cni-plugins' }],
    kind: 'DaemonSet',
    state: 'state-container-networking-plugins',
    specPath: 'secondaryNetwork.cniPlugins',
    images: ['plugins'],
  },
  {
    id: 'ipoib-cni',
    title: 'IPoIB CNI',
    labels: [{ name: 'ipoib-cni' }, { app: 'ipoib-cni' }],
    kind: 'DaemonSet',
    state: 'state-ipoib-cni',
    specPath: 'secondaryNetwork.ipoib',
    images: ['ipoib-cni'],
  },
  {
    id: 'nv-ipam-controller',
    title: 'nv-ipam controller',
    labels: [{ name: 'nv-ipam-controller' }, { component: 'nv-ipam-controller' }],
    kind: 'Deployment',
    state: 'state-nv-ipam-cni',
    specPath: 'nvIpam',
    images: ['nvidia-k8s-ipam'],
  },
  {
    id: 'nv-ipam-node',
    title: 'nv-ipam node daemon',
    labels: [{ name: 'nv-ipam-node' }, { component: 'nv-ipam-node' }, { app: 'nv-ipam' }],
    kind: 'DaemonSet',
    state: 'state-nv-ipam-cni',
    specPath: 'nvIpam',
    images: ['nvidia-k8s-ipam'],
  },
  {
    id: 'whereabouts',
    title: 'whereabouts IPAM',
    labels: [{ name: 'whereabouts' }, { app: 'whereabouts' }],
    kind: 'DaemonSet',
    state: 'state-whereabouts-cni',
    specPath: 'secondaryNetwork.ipamPlugin',
    images: ['whereabouts'],
  },
  {
    id: 'ib-kubernetes',
    title: 'ib-kubernetes',
    labels: [{ name: 'ib-kubernetes' }, { app: 'ib-kubernetes' }],
    kind: 'Deployment',
    state: 'state-ib-kubernetes',
    specPath: 'ibKubernetes',
    images: ['ib-kubernetes'],
  },
  {
    id: 'nic-feature-discovery',
    title: 'NIC feature discovery',
    labels: [{ name: 'nic-feature-discovery' }, { app: 'nic-feature-discovery' }],
    kind: 'DaemonSet',
    state: 'state-nic-feature-discovery',
    specPath: 'nicFeatureDiscovery',
    images: ['nic-feature-discovery'],
  },
  {
    id: 'doca-telemetry',
    title: 'DOCA telemetry',
    labels: [{ 'app.kubernetes.io/name': 'doca-telemetry' }],
    kind: 'DaemonSet',
    state: 'state-doca-telemetry-service',
    specPath: 'docaTelemetryService',
    images: ['doca_telemetry'],
  },
  {
    id: 'nic-configuration-daemon',
    title: 'NIC configuration daemon',
    labels: [{ 'app.kubernetes.io/name': 'nic-configuration-daemon' }],
    kind: 'DaemonSet',
    state: 'state-nic-configuration-operator',
    specPath: 'nicConfigurationOperator.configurationDaemon',
    images: ['nic-configuration-operator-daemon'],
  },
  {
    id: 'nic-configuration-operator',
    title: 'NIC configuration operator',
    labels: [{ 'app.kubernetes.io/component': 'nic-configuration-operator' }],
    kind: 'Deployment',
    state: 'state-nic-configuration-operator',
    specPath: 'nicConfigurationOperator.operator',
    images: ['nic-configuration-operator'],
  },
  {
    id: 'maintenance-operator',
    title: 'maintenance operator',
    labels: [{ 'app.kubernetes.io/name': 'maintenance-operator' }],
    kind: 'Deployment',
    images: ['maintenance-operator'],
  },
  {
    id: 'spectrum-x',
    title: 'Spectrum-X flow controller',
    labels: [{ 'control-plane': 'spectrum-x-flowcontroller' }],
    kind: 'DaemonSet',
    state: 'state-spectrum-x-operator',
    specPath: 'spectrumXOperator',
  },
  {
    id: 'nfd-worker',
    title: 'node feature discovery worker',
    labels: [
      { 'app.kubernetes.io/name': 'node-feature-discovery', 'app.kubernetes.io/component': 'worker' },
      { 'app.kubernetes.io/name': 'node-feature-discovery', role: 'worker' },
      { app: 'nfd-worker' },
    ],
    kind: 'DaemonSet',
  },
  {
    id: 'nfd',
    title: 'node feature discovery',
    labels: [{ 'app.kubernetes.io/name': 'node-feature-discovery' }, { app: 'nfd-master' }],
    kind: 'Deployment',
  },
  {
    id: 'sriov-operator',
    title: 'SR-IOV operator',
    labels: [{ name: 'sriov-network-operator' }],
    kind: 'Deployment',
    images: ['sriov-network-operator'],
  },
  {
    id: 'config-daemon',
    title: 'SR-IOV config daemon',
    labels: [{ app: 'sriov-network-config-daemon' }],
    kind: 'DaemonSet',
    images: ['sriov-network-operator-config-daemon'],
  },
  {
    id: 'sriov-plugin',
    title: 'SR-IOV device plugin',
    labels: [{ app: 'sriov-device-plugin' }],
    kind: 'DaemonSet',
    images: ['sriov-network-device-plugin'],
  },
  {
    id: 'resources-injector',
    title: 'network resources injector',
    labels: [{ app: 'network-resources-injector' }],
    kind: 'DaemonSet',
  },
  {
    id: 'operator-webhook',
    title: 'SR-IOV operator webhook',
    labels: [{ app: 'operator-webhook' }],
    kind: 'DaemonSet',
  },
  {
    id: 'sriov-metrics',
    title: 'SR-IOV metrics exporter',
    labels: [{ app: 'sriov-network-metrics-exporter' }],
    kind: 'DaemonSet',
  },
  { id: 'sriov-dra', title: 'SR-IOV DRA driver', labels: [{ app: 'sriov-dra-driver' }], kind: 'DaemonSet' },
  {
    id: 'gpu-operator',
    title: 'GPU operator',
    labels: [{ app: 'gpu-operator' }, { 'app.kubernetes.io/component': 'gpu-operator' }],
    kind: 'Deployment',
  },
  {
    id: 'gpu-driver',
    title: 'GPU driver',
    labels: [{ app: 'nvidia-driver-daemonset' }, { 'app.kubernetes.io/component': 'nvidia-driver' }],
    kind: 'DaemonSet',
  },
  {
    id: 'gpu-toolkit',
    title: 'GPU container toolkit',
    labels: [{ app: 'nvidia-container-toolkit-daemonset' }],
    kind: 'DaemonSet',
  },
  {
    id: 'gpu-device-plugin',
    title: 'GPU device plugin',
    labels: [{ app: 'nvidia-device-plugin-daemonset' }],
    kind: 'DaemonSet',
  },
  {
    id: 'gpu-validator',
    title: 'GPU operator validator',
    labels: [{ app: 'nvidia-operator-validator' }],
    kind: 'DaemonSet',
  },
  {
    id: 'gpu-feature-discovery',
    title: 'GPU feature discovery',
    labels: [{ app: 'gpu-feature-discovery' }],
    kind: 'DaemonSet',
  },
  { id: 'mig-manager', title: 'MIG manager', labels: [{ app: 'nvidia-mig-manager' }], kind: 'DaemonSet' },
  { id: 'mpi-operator', title: 'MPI operator', labels: [{ app: 'mpi-operator' }], kind: 'Deployment' },
]

/** Label keys by which components are told apart: what a collector must keep. */
export const COMPONENT_LABEL_KEYS: readonly string[] = [
  ...new Set(COMPONENTS.flatMap((component) => component.labels.flatMap((set) => Object.keys(set)))),
]

/** The component a set of labels belongs to; of several the one with most labels asked, then first listed. */
export function componentOf(labels: Readonly<Record<string, string>>): Component | null {
  return COMPONENTS.find((component) => component.labels.some((wanted) => labelsMatch(labels, wanted))) ?? null
}

/** A component by id. */
export function component(id: string): Component | null {
  return COMPONENTS.find((each) => each.id === id) ?? null
}

function labelsMatch(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, pattern]) => {
    const value = labels[key]
    if (value === undefined) return false
    return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
  })
}

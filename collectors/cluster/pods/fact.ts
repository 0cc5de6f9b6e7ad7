/** A condition of a pod; `status` is True, False or Unknown as printed. */
export interface PodCondition {
  type: string
  status: string
  reason: string | null
  message: string | null
  since: string | null
}

/** How a container is, or how it ended last time. */
export interface ContainerState {
  state: 'waiting' | 'running' | 'terminated'
  reason: string | null
  message: string | null
  exitCode: number | null
  finishedAt: string | null
}

/** A container with its status; spec fields are empty where the object has no spec for it. */
export interface PodContainer {
  name: string
  init: boolean
  /** Image as the pod asks for it. */
  image: string | null
  ready: boolean | null
  restarts: number | null
  now: ContainerState | null
  before: ContainerState | null
  /** Extended resources and hugepages asked; a limit counts where no request is written (the API server copies it). */
  requests: Readonly<Record<string, number>>
  privileged: boolean | null
  capabilitiesAdded: readonly string[]
  /** Variables of the allow-list (NCCL_*, UCX_*, CUDA_VISIBLE_DEVICES); null when the value comes from elsewhere. */
  env: Readonly<Record<string, string | null>>
}

/** One entry of the annotation k8s.v1.cni.cncf.io/networks, with the pod's namespace where none is written. */
export interface NetworkRequest {
  namespace: string
  name: string
  interface: string | null
}

/** One entry of the annotation k8s.v1.cni.cncf.io/network-status. */
export interface NetworkAttachment {
  /** `<namespace>/<NAD>`, or the name of the cluster's own network. */
  name: string
  interface: string | null
  ips: readonly string[]
  default: boolean
  pci: string | null
  rdmaDevice: string | null
}

/** What we use of a Pod. */
export interface PodFact {
  namespace: string
  name: string
  uid: string | null
  /** Null while unscheduled. */
  node: string | null
  /** Pending, Running, Succeeded, Failed, Unknown; null without status. */
  phase: string | null
  reason: string | null
  message: string | null
  created: string | null
  deleted: string | null
  labels: Readonly<Record<string, string>>
  owner: { kind: string; name: string } | null
  conditions: readonly PodCondition[]
  containers: readonly PodContainer[]
  /** Whole-pod requests of extended resources and hugepages: the larger of the containers' sum and any init container. */
  requests: Readonly<Record<string, number>>
  /** Text of the networks annotation; null when there is none. */
  networksAnnotation: string | null
  /** Null: no annotation, or one that does not parse. */
  networks: readonly NetworkRequest[] | null
  /** True when the annotation is there at all. */
  hasNetworkStatus: boolean
  /** Null: no annotation, or one that does not parse. */
  networkStatus: readonly NetworkAttachment[] | null
  hostNetwork: boolean
  /** An emptyDir of medium Memory mounted at /dev/shm: its size limit in bytes, null without limit; absent: no such volume. */
  shm: { sizeLimitBytes: number | null } | null
  nodeSelector: Readonly<Record<string, string>>
  schedulingGates: readonly string[]
  priorityClass: string | null
  /** OpenShift: the granted SecurityContextConstraints. */
  scc: string | null
}

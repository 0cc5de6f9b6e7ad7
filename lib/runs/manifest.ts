import { parseAllDocuments, stringify } from 'yaml'
import type { RailRequest } from './chain'
import type { Preset } from './presets'

/** Everything a run's objects are made of. */
export interface ManifestInput {
  runId: string
  namespace: string
  preset: Preset
  /** Smaller than the preset's, when a person asked for it. */
  endBytes: number
  nodes: readonly string[]
  /** Value of the label kubernetes.io/hostname of each node: what the scheduler is told; not always the node's name. */
  hostnames: readonly string[]
  gpusPerNode: number
  rails: readonly RailRequest[]
  shared: string | null
  image: string
  deadlineSec: number
  /** Class with `preemptionPolicy: Never`: a pod's own field is refused by the API server unless its class says the same. */
  priorityClass: string
  /** Text of `lib/runs/program/allreduce.py` and of the entry script. */
  program: string
  entry: string
}

export const RUN_LABEL = 'cairn.dev/run'
export const MANAGED_BY = {
  'app.kubernetes.io/managed-by': 'cairn',
  'app.kubernetes.io/component': 'benchmark',
} as const
/** Stands for the Job's UID in the text that is confirmed: it is only known once the Job exists. */
export const JOB_UID = '<uid of the Job>'

/** Name of all objects of a run: deterministic, so that a create that timed out is found again (F-70). */
export function objectName(runId: string): string {
  return `cairn-${runId}`
}

/**
 * The objects of a run, in the order they are created: Job, Service, ConfigMap. The latter two are owned by the Job, so that deleting
 * it takes everything. Text and objects say the same: what is shown is what is applied.
 */
export function manifestObjects(input: ManifestInput): readonly [job: object, service: object, config: object] {
  const name = objectName(input.runId)
  const labels = { ...MANAGED_BY, [RUN_LABEL]: input.runId }
  const owned = {
    name,
    namespace: input.namespace,
    labels,
    ownerReferences: [
      { apiVersion: 'batch/v1', kind: 'Job', name, uid: JOB_UID, controller: true, blockOwnerDeletion: false },
    ],
  }
  return [
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: input.namespace, labels },
      spec: jobSpec(input, name, labels),
    },
    // Headless: pods find each other by <job>-<index>.<service>, before they are ready.
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: owned,
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: { [RUN_LABEL]: input.runId },
        ports: [{ name: 'rendezvous', port: 29500 }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: owned,
      data: { 'entry.sh': input.entry, 'allreduce.py': input.program },
    },
  ]
}

/** The manifest as it is shown, hashed and stored. */
export function manifestText(input: ManifestInput): string {
  return manifestObjects(input)
    .map((object) => stringify(object, { lineWidth: 0 }))
    .join('---\n')
}

/** Objects of a confirmed manifest, in the order they are created; what is applied is read from the text that was shown. */
export interface Manifest {
  job: object
  companions: readonly { kind: 'Service' | 'ConfigMap'; object: object }[]
}

/**
 * Reads a manifest back, with the Job's UID in place of its placeholder.
 * @throws TypeError when the text is no manifest of a run
 */
export function parseManifest(text: string, uid: string | null): Manifest {
  const objects = parseAllDocuments(text).map((document): unknown => document.toJS())
  const [job, ...companions] = objects
  if (!isOfKind(job, 'Job')) throw new TypeError('the stored manifest has no Job')
  return {
    job,
    companions: companions.map((object) => {
      for (const kind of ['Service', 'ConfigMap'] as const)
        if (isOfKind(object, kind)) return { kind, object: uid === null ? object : withUid(object, uid) }
      throw new TypeError('the stored manifest holds an object that no run has')
    }),
  }
}

function isOfKind(value: unknown, kind: string): value is object {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

/** A copy whose owner has the Job's UID where the confirmed text has its placeholder; nothing else is touched. */
function withUid(object: object, uid: string): object {
  const metadata = 'metadata' in object && typeof object.metadata === 'object' ? object.metadata : {}
  const owners =
    metadata !== null && 'ownerReferences' in metadata && Array.isArray(metadata.ownerReferences)
      ? metadata.ownerReferences
      : []
  const owned = owners.map((owner: object) => ('uid' in owner && owner.uid === JOB_UID ? { ...owner, uid } : owner))
  return { ...object, metadata: { ...metadata, ownerReferences: owned } }
}

function jobSpec(input: ManifestInput, name: string, labels: Record<string, string>): object {
  const nodes = input.nodes.length
  return {
    completionMode: 'Indexed',
    completions: nodes,
    parallelism: nodes,
    // A second try would mix its rows with the first's (F-73).
    backoffLimit: 0,
    activeDeadlineSeconds: input.deadlineSec,
    ttlSecondsAfterFinished: 3600,
    template: {
      metadata: {
        labels,
        ...(input.rails.length > 0
          ? { annotations: { 'k8s.v1.cni.cncf.io/networks': input.rails.map((rail) => rail.network).join(',') } }
          : {}),
      },
      spec: podSpec(input, name),
    },
  }
}

function podSpec(input: ManifestInput, name: string): object {
  const resources: Record<string, string> = { 'nvidia.com/gpu': String(input.gpusPerNode) }
  for (const rail of input.rails) resources[rail.resource] = '1'
  if (input.shared) resources[input.shared] = '1'
  return {
    subdomain: name,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 10,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Benchmarks never push anybody out (SEC-50).
    priorityClassName: input.priorityClass,
    preemptionPolicy: 'Never',
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...input.hostnames] }] },
          ],
        },
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { [RUN_LABEL]: input.runId } } },
        ],
      },
    },
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'benchmark',
        image: input.image,
        command: ['/bin/sh', '/cairn/entry.sh'],
        env: environment(input, name),
        resources: {
          requests: { ...resources, cpu: '8', memory: '32Gi' },
          limits: { ...resources, cpu: '8', memory: '32Gi' },
        },
        // NCCL pins memory for RDMA; nothing else is needed (nccl.md §5.4).
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['IPC_LOCK'] } },
        volumeMounts: [
          { name: 'program', mountPath: '/cairn', readOnly: true },
          { name: 'shm', mountPath: '/dev/shm' },
        ],
      },
    ],
    volumes: [
      { name: 'program', configMap: { name } },
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
    ],
  }
}

function environment(input: ManifestInput, name: string): object[] {
  const values: Record<string, string> = {
    CAIRN_NODES: String(input.nodes.length),
    CAIRN_GPUS: String(input.gpusPerNode),
    CAIRN_HCAS: String(input.nodes.length > 1 ? input.rails.length : 0),
    CAIRN_MASTER: `${name}-0.${name}`,
    CAIRN_BEGIN: String(input.preset.beginBytes),
    CAIRN_END: String(input.endBytes),
    CAIRN_ITERS: String(input.preset.iterations),
    NCCL_DEBUG: 'INFO',
    NCCL_DEBUG_SUBSYS: 'INIT,NET,ENV',
    // Bootstrap over the pod network: rails carry data only.
    NCCL_SOCKET_IFNAME: 'eth0',
  }
  return Object.entries(values).map(([key, value]) => ({ name: key, value }))
}

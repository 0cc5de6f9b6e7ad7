import { MANAGED_BY, type ManifestInput, OWNER_UID, type OwnerKind, objectName, RUN_LABEL } from '../manifest-input'

/** Labels of every object of a run. */
export function runLabels(runId: string): Record<string, string> {
  return { ...MANAGED_BY, [RUN_LABEL]: runId }
}

const API_VERSIONS: Readonly<Record<OwnerKind, string>> = { Job: 'batch/v1', MPIJob: 'kubeflow.org/v2beta1' }

/** Kind, name and labels of a run's owner. */
export function ownerHead(kind: OwnerKind, input: ManifestInput): object {
  const { runId, namespace } = input
  return {
    apiVersion: API_VERSIONS[kind],
    kind,
    metadata: { name: objectName(runId), namespace, labels: runLabels(runId) },
  }
}

/** Metadata of what the owner owns. */
function owned(kind: OwnerKind, { runId, namespace }: ManifestInput): object {
  const name = objectName(runId)
  const owner = {
    apiVersion: API_VERSIONS[kind],
    kind,
    name,
    uid: OWNER_UID,
    controller: true,
    blockOwnerDeletion: false,
  }
  return { name, namespace, labels: runLabels(runId), ownerReferences: [owner] }
}

/** The programs of a run. */
export function configMap(kind: OwnerKind, input: ManifestInput): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: owned(kind, input), data: { ...input.files } }
}

/** Headless: pods find each other by <job>-<index>.<service>, before they are ready. */
export function headlessService(kind: OwnerKind, input: ManifestInput, port: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: owned(kind, input),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { [RUN_LABEL]: input.runId },
      ports: [{ name: 'rendezvous', port }],
    },
  }
}

/** One pod a node, with an index, a name others can resolve, and no second try. */
export function indexedJobSpec(input: ManifestInput, container: object): object {
  const count = input.nodes.length
  return {
    completionMode: 'Indexed',
    completions: count,
    parallelism: count,
    // A second try would mix its rows with the first's (F-73).
    backoffLimit: 0,
    activeDeadlineSeconds: input.deadlineSec,
    ttlSecondsAfterFinished: 3600,
    template: {
      metadata: podMetadata(input),
      spec: { subdomain: objectName(input.runId), restartPolicy: 'Never', ...podSpec(input, container) },
    },
  }
}

/** Labels and attached networks of a pod that takes part in the fabric. */
export function podMetadata(input: ManifestInput): object {
  const networks = input.rails.map((rail) => rail.network).join(',')
  return {
    labels: runLabels(input.runId),
    ...(networks === '' ? {} : { annotations: { 'k8s.v1.cni.cncf.io/networks': networks } }),
  }
}

/** A pod on the chosen nodes, one a node. */
export function podSpec(input: ManifestInput, container: object): object {
  return {
    ...meekPod(input),
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: onNodes(input),
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { [RUN_LABEL]: input.runId } } },
        ],
      },
    },
    containers: [container],
    volumes: [programVolume(input), { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } }],
  }
}

/** What every pod of a run is: without credentials, and pushing nobody out (SEC-50). */
export function meekPod(input: ManifestInput): object {
  return {
    terminationGracePeriodSeconds: 10,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: input.priorityClass,
    preemptionPolicy: 'Never',
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
  }
}

/** Only the chosen nodes. */
export function onNodes({ hostnames }: ManifestInput): object {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [...hostnames] }] },
      ],
    },
  }
}

export function programVolume({ runId }: ManifestInput): object {
  return { name: 'program', configMap: { name: objectName(runId) } }
}

export const PROGRAM_MOUNT = { name: 'program', mountPath: '/cairn', readOnly: true }

/** The container that measures: GPUs, one VF a rail, pinned memory; nothing else is needed (nccl.md §5.4). */
export function benchmarkContainer(
  input: ManifestInput,
  command: readonly string[],
  env: Readonly<Record<string, EnvValue>>,
  moreCapabilities: readonly string[] = [],
): object {
  const resources: Record<string, string> = {}
  if (input.gpusPerNode > 0) resources['nvidia.com/gpu'] = String(input.gpusPerNode)
  for (const rail of input.rails) resources[rail.resource] = '1'
  if (input.shared) resources[input.shared] = '1'
  const amounts = { ...resources, cpu: '8', memory: '32Gi' }
  return {
    name: 'benchmark',
    image: input.image,
    command: [...command],
    env: environment(env),
    resources: { requests: amounts, limits: { ...amounts } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['IPC_LOCK', ...moreCapabilities] },
    },
    volumeMounts: [PROGRAM_MOUNT, { name: 'shm', mountPath: '/dev/shm' }],
  }
}

/** A variable's text, or the field of the pod it is taken from. */
export type EnvValue = string | { fieldPath: string }

export function environment(values: Readonly<Record<string, EnvValue>>): object[] {
  return Object.entries(values).map(([name, value]) =>
    typeof value === 'string' ? { name, value } : { name, valueFrom: { fieldRef: value } },
  )
}

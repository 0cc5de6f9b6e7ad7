import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, type Fields, fields, flag, items, text, time, word } from '../fields'
import { resourceRequests } from '../pods/containers'
import { conditionsOf, type ObjectCondition } from '../workload'

/** One role of an MPIJob with its pods as counted by the operator. */
export interface MpiReplica {
  role: string
  /** Wanted; 1 for a launcher that writes none. */
  replicas: number | null
  active: number
  succeeded: number
  failed: number
  requests: Readonly<Record<string, number>>
  networksAnnotation: string | null
}

/** What we use of an MPIJob (kubeflow.org/v2beta1). */
export interface MpiJobFact {
  namespace: string
  name: string
  uid: string | null
  created: string | null
  deleted: string | null
  /** False: no controller has looked at it, or it was refused after being stored (k8s-formats §20.25). */
  hasStatus: boolean
  /** Running turns False at the end with reason MPIJobRunning: not a failure. */
  conditions: readonly ObjectCondition[]
  replicas: readonly MpiReplica[]
  launcherCreationPolicy: string | null
  cleanPodPolicy: string | null
  suspend: boolean
  startedAt: string | null
  completedAt: string | null
}

/** MPIJobs. Source: k8s-formats §12. */
export default clusterCollector({
  id: 'mpiJobs',
  title: 'MPIJobs',
  read: { via: 'kube', group: 'kubeflow.org', version: 'v2beta1', plural: 'mpijobs', kind: 'MPIJob', namespaced: true },
  project: projectMpiJob,
  nodesOf: () => '*',
  fold: (jobs: readonly MpiJobFact[]) => jobs,
})

function projectMpiJob(object: KubeObject): MpiJobFact {
  const statuses = fields(at(object, 'status', 'replicaStatuses'))
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    uid: object.metadata.uid ?? null,
    created: time(object.metadata.creationTimestamp),
    deleted: time(object.metadata.deletionTimestamp),
    hasStatus: Object.keys(fields(object.status)).length > 0,
    conditions: [...conditionsOf(at(object, 'status', 'conditions')), ...ofLauncher(object)],
    replicas: Object.entries(fields(at(object, 'spec', 'mpiReplicaSpecs'))).map(([role, spec]) =>
      replica(role, fields(spec), fields(statuses[role])),
    ),
    launcherCreationPolicy: word(at(object, 'spec', 'launcherCreationPolicy')),
    cleanPodPolicy:
      word(at(object, 'spec', 'runPolicy', 'cleanPodPolicy')) ?? word(at(object, 'spec', 'cleanPodPolicy')),
    suspend: flag(at(object, 'spec', 'runPolicy', 'suspend')) === true,
    startedAt: time(at(object, 'status', 'startTime')),
    completedAt: time(at(object, 'status', 'completionTime')),
  }
}

/** v1alpha1 has no conditions, only status.launcherStatus (mpi-operator pkg/apis/kubeflow/v1alpha1). */
function ofLauncher(object: KubeObject): ObjectCondition[] {
  const said = word(at(object, 'status', 'launcherStatus'))
  const type = said === 'Active' ? 'Running' : said
  return type === null ? [] : [{ type, status: 'True', reason: 'launcherStatus', message: null, since: null }]
}

function replica(role: string, spec: Fields, status: Fields): MpiReplica {
  const requests: Record<string, number> = {}
  for (const each of items(at(spec, 'template', 'spec', 'containers')))
    for (const [name, amount] of Object.entries(resourceRequests(each.resources)))
      requests[name] = (requests[name] ?? 0) + amount
  return {
    role,
    replicas: count(spec.replicas) ?? (role === 'Launcher' ? 1 : null),
    active: count(status.active) ?? 0,
    succeeded: count(status.succeeded) ?? 0,
    failed: count(status.failed) ?? 0,
    requests,
    networksAnnotation: word(text(at(spec, 'template', 'metadata', 'annotations', 'k8s.v1.cni.cncf.io/networks'))),
  }
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, time, word, words } from '../fields'
import { conditionsOf, type ObjectCondition } from '../workload'

/** A maintenance of one node: reason, waitForCompletion and waitForEviction carry everything, its message is empty. */
export interface NodeMaintenanceFact {
  namespace: string
  name: string
  created: string | null
  node: string | null
  requestor: string | null
  cordon: boolean | null
  /** Pending, Scheduled, Cordon, WaitForPodCompletion, Draining, Ready, RequestorFailed, FailedMaintenance; null before. */
  stage: string | null
  stageSince: string | null
  ready: boolean
  /** `<namespace>/<pod>`. */
  waitForCompletion: readonly string[]
  /** `<namespace>/<pod>`. */
  waitForEviction: readonly string[]
  drainProgressPct: number | null
  conditions: readonly ObjectCondition[]
}

/** NodeMaintenances of the maintenance operator. Source: k8s-formats §13, §20.27. */
export default clusterCollector({
  id: 'nodeMaintenances',
  title: 'NodeMaintenances',
  read: {
    via: 'kube',
    group: 'maintenance.nvidia.com',
    version: 'v1alpha1',
    plural: 'nodemaintenances',
    kind: 'NodeMaintenance',
    namespaced: true,
  },
  project: projectMaintenance,
  nodesOf: (maintenance: NodeMaintenanceFact) => (maintenance.node === null ? '*' : [maintenance.node]),
  fold: (maintenances: readonly NodeMaintenanceFact[]) => maintenances,
})

function projectMaintenance(object: KubeObject): NodeMaintenanceFact {
  const conditions = conditionsOf(at(object, 'status', 'conditions'))
  const ready = conditions.find((each) => each.type === 'Ready')
  const cordon = at(object, 'spec', 'cordon')
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    created: time(object.metadata.creationTimestamp),
    node: word(at(object, 'spec', 'nodeName')),
    requestor: word(at(object, 'spec', 'requestorID')),
    cordon: typeof cordon === 'boolean' ? cordon : null,
    stage: ready?.reason ?? null,
    stageSince: ready?.since ?? null,
    ready: ready?.status === 'True',
    waitForCompletion: words(at(object, 'status', 'waitForCompletion')),
    waitForEviction: words(at(object, 'status', 'drain', 'waitForEviction')),
    drainProgressPct: count(at(object, 'status', 'drain', 'drainProgress')),
    conditions,
  }
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, word } from '../fields'
import { statusCount, type WorkloadBase, workloadBase } from '../workload'

/** A DaemonSet of the stack; counts are null while the object has no status. */
export interface DaemonSetFact extends WorkloadBase {
  desired: number | null
  current: number | null
  ready: number | null
  available: number | null
  /** 0 where the field is absent: the API leaves out zeros. */
  updated: number | null
  misscheduled: number | null
  /** RollingUpdate or OnDelete. */
  updateStrategy: string | null
}

/** DaemonSets of the operators and plug-ins, found by label in every namespace. */
export default clusterCollector({
  id: 'daemonSets',
  title: 'DaemonSets of the stack',
  read: { via: 'kube', group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  project: projectDaemonSet,
  nodesOf: () => '*',
  fold: (sets: readonly DaemonSetFact[]) => sets,
})

function projectDaemonSet(object: KubeObject): DaemonSetFact | null {
  const base = workloadBase(object)
  if (base.component === null && base.state === null) return null
  return {
    ...base,
    desired: statusCount(object, 'desiredNumberScheduled'),
    current: statusCount(object, 'currentNumberScheduled'),
    ready: statusCount(object, 'numberReady'),
    available: statusCount(object, 'numberAvailable'),
    updated: statusCount(object, 'updatedNumberScheduled'),
    misscheduled: statusCount(object, 'numberMisscheduled'),
    updateStrategy: word(at(object, 'spec', 'updateStrategy', 'type')),
  }
}

import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, items } from '../fields'
import { resourceRequests } from '../pods/containers'
import { conditionsOf, type ObjectCondition, statusCount, type WorkloadBase, workloadBase } from '../workload'

/** A Deployment of the stack, or one whose pods ask for GPUs or fabric resources. */
export interface DeploymentFact extends WorkloadBase {
  /** Replicas wanted; 1 where nothing is written (API default). */
  replicas: number
  available: number | null
  ready: number | null
  updated: number | null
  conditions: readonly ObjectCondition[]
  /** What one pod asks of extended resources. */
  requests: Readonly<Record<string, number>>
}

/** Deployments of the operators (not counted by the NicClusterPolicy's state) and of workloads that use the fabric. */
export default clusterCollector({
  id: 'deployments',
  title: 'Deployments of the stack',
  read: { via: 'kube', group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true },
  project: projectDeployment,
  nodesOf: () => '*',
  fold: (deployments: readonly DeploymentFact[]) => deployments,
})

function projectDeployment(object: KubeObject): DeploymentFact | null {
  const base = workloadBase(object)
  const requests: Record<string, number> = {}
  for (const each of items(at(object, 'spec', 'template', 'spec', 'containers')))
    for (const [name, amount] of Object.entries(resourceRequests(each.resources)))
      requests[name] = (requests[name] ?? 0) + amount
  if (base.component === null && base.state === null && Object.keys(requests).length === 0) return null
  return {
    ...base,
    replicas: count(at(object, 'spec', 'replicas')) ?? 1,
    available: statusCount(object, 'availableReplicas'),
    ready: statusCount(object, 'readyReplicas'),
    updated: statusCount(object, 'updatedReplicas'),
    conditions: conditionsOf(at(object, 'status', 'conditions')),
    requests,
  }
}

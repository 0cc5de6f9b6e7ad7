import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, flag, items, time, word } from '../fields'
import { resourceRequests } from '../pods/containers'
import { conditionsOf, type ObjectCondition } from '../workload'

/** A Job that asks for GPUs or fabric resources, or belongs to an MPIJob. */
export interface JobFact {
  namespace: string
  name: string
  uid: string | null
  created: string | null
  owner: { kind: string; name: string } | null
  suspend: boolean
  active: number
  failed: number
  succeeded: number
  conditions: readonly ObjectCondition[]
  requests: Readonly<Record<string, number>>
}

/** Jobs of workloads that use the fabric. */
export default clusterCollector({
  id: 'jobs',
  title: 'Jobs',
  read: { via: 'kube', group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true },
  project: projectJob,
  nodesOf: () => '*',
  fold: (jobs: readonly JobFact[]) => jobs,
})

function projectJob(object: KubeObject): JobFact | null {
  const controller = items(object.metadata.ownerReferences).find((each) => each.controller === true)
  const [kind, name] = [word(controller?.kind), word(controller?.name)]
  const requests: Record<string, number> = {}
  for (const each of items(at(object, 'spec', 'template', 'spec', 'containers')))
    for (const [key, amount] of Object.entries(resourceRequests(each.resources)))
      requests[key] = (requests[key] ?? 0) + amount
  if (kind !== 'MPIJob' && Object.keys(requests).length === 0) return null
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    uid: object.metadata.uid ?? null,
    created: time(object.metadata.creationTimestamp),
    owner: kind !== null && name !== null ? { kind, name } : null,
    suspend: flag(at(object, 'spec', 'suspend')) === true,
    active: count(at(object, 'status', 'active')) ?? 0,
    failed: count(at(object, 'status', 'failed')) ?? 0,
    succeeded: count(at(object, 'status', 'succeeded')) ?? 0,
    conditions: conditionsOf(at(object, 'status', 'conditions')),
    requests,
  }
}

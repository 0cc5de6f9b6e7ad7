import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, flag, time, word } from '../fields'
import { conditionsOf, type ObjectCondition } from '../workload'

/** What we use of the GPU operator's ClusterPolicy. */
export interface GpuClusterPolicyFact {
  name: string
  created: string | null
  /** ready, notReady, ignored (a second one), disabled; null before the operator has seen it. */
  state: string | null
  namespace: string | null
  conditions: readonly ObjectCondition[]
  driver: {
    enabled: boolean | null
    rdma: boolean | null
    useHostMofed: boolean | null
    usePrecompiled: boolean | null
  }
  migStrategy: string | null
}

/** ClusterPolicy of the GPU operator. Source: k8s-formats §11. */
export default clusterCollector({
  id: 'gpuClusterPolicies',
  title: 'GPU operator policy',
  read: {
    via: 'kube',
    group: 'nvidia.com',
    version: 'v1',
    plural: 'clusterpolicies',
    kind: 'ClusterPolicy',
    namespaced: false,
  },
  project: (object: KubeObject): GpuClusterPolicyFact => ({
    name: object.metadata.name,
    created: time(object.metadata.creationTimestamp),
    state: word(at(object, 'status', 'state')),
    namespace: word(at(object, 'status', 'namespace')),
    conditions: conditionsOf(at(object, 'status', 'conditions')),
    driver: {
      enabled: flag(at(object, 'spec', 'driver', 'enabled')),
      rdma: flag(at(object, 'spec', 'driver', 'rdma', 'enabled')),
      useHostMofed: flag(at(object, 'spec', 'driver', 'rdma', 'useHostMofed')),
      usePrecompiled: flag(at(object, 'spec', 'driver', 'usePrecompiled')),
    },
    migStrategy: word(at(object, 'spec', 'mig', 'strategy')),
  }),
  nodesOf: () => '*',
  fold: (policies: readonly GpuClusterPolicyFact[]) => policies,
})

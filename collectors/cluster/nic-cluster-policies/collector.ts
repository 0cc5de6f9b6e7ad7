import { clusterCollector } from '@/lib/collector'
import { type NicPolicyFact, projectNicPolicy } from './policy'

/** NicClusterPolicy: what the network operator is asked and what it says of it. Source: k8s-formats §4. */
export default clusterCollector({
  id: 'nicClusterPolicies',
  title: 'NicClusterPolicies',
  read: {
    via: 'kube',
    group: 'mellanox.com',
    version: 'v1alpha1',
    plural: 'nicclusterpolicies',
    kind: 'NicClusterPolicy',
    namespaced: false,
  },
  project: projectNicPolicy,
  nodesOf: () => '*',
  fold: (policies: readonly NicPolicyFact[]) => policies,
})

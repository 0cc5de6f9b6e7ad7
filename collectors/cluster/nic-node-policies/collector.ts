import { clusterCollector } from '@/lib/collector'
import { type NicPolicyFact, projectNicPolicy } from '../nic-cluster-policies/policy'

/** NicNodePolicy (26.4 and later): OFED and device plug-ins per pool of nodes. Source: k8s-formats §4. */
export default clusterCollector({
  id: 'nicNodePolicies',
  title: 'NicNodePolicies',
  read: {
    via: 'kube',
    group: 'mellanox.com',
    version: 'v1alpha1',
    plural: 'nicnodepolicies',
    kind: 'NicNodePolicy',
    namespaced: false,
  },
  project: projectNicPolicy,
  nodesOf: () => '*',
  fold: (policies: readonly NicPolicyFact[]) => policies,
})

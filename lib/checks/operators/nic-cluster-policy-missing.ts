import { check } from '@/lib/check'
import { aDeployment, aPolicy } from '@/lib/examples/stack'
import { POLICY_NAME } from '@/lib/nic-policy'
import { operatorRelease } from '@/lib/operator-release'

/** The operator is installed but nothing was asked of it: since 24.10 the chart no longer makes the policy. */
export default check({
  id: 'nic-cluster-policy-missing',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'A NicClusterPolicy exists', fail: 'Network operator has no NicClusterPolicy' },
  why: 'Without a NicClusterPolicy the network operator deploys nothing: no Multus, no IPAM, no drivers. From chart 24.10 on the values that used to create it are ignored without a word.',
  refs: ['k8s-formats §0.7, §4 NCP-1, §13', 'Mellanox/network-operator commit 8fc96f20'],
  needs: ['nicClusterPolicies', 'deployments'],
  after: [],
  run({ nicClusterPolicies, deployments }) {
    if (nicClusterPolicies.length > 0)
      return {
        status: 'pass',
        summary: `NicClusterPolicies found: ${nicClusterPolicies.map((each) => each.name).join(', ')}`,
      }
    const operator = deployments.find((each) => each.component === 'network-operator')
    if (!operator)
      return { status: 'skip', summary: 'The network operator is not installed, and no NicClusterPolicy exists' }
    const release = operatorRelease(deployments)
    return {
      status: 'fail',
      summary: `Network operator ${release?.version ?? ''} runs in ${operator.namespace}, but there are 0 NicClusterPolicies, expected 1 named ${POLICY_NAME}`,
      findings: [{ subject: POLICY_NAME, status: 'fail', summary: '0 objects, expected 1' }],
      evidence: [
        {
          kind: 'value',
          label: 'NicClusterPolicies',
          value: 0,
          expected: 1,
          source: 'kubectl get nicclusterpolicies',
          ok: false,
        },
      ],
      fix: [
        {
          text: `Create a NicClusterPolicy named ${POLICY_NAME} with the components the cluster needs; chart values do not create one since 24.10`,
          command: 'kubectl apply -f nic-cluster-policy.yaml',
          risk: 'config',
          verify: `kubectl get nicclusterpolicy ${POLICY_NAME} shows ready`,
        },
      ],
      reason: 'no-policy',
    }
  },
  examples: [
    {
      name: 'policy exists',
      facts: { nicClusterPolicies: [aPolicy()], deployments: [aDeployment('network-operator')] },
      status: 'pass',
    },
    {
      name: 'operator without policy',
      facts: { nicClusterPolicies: [], deployments: [aDeployment('network-operator')] },
      status: 'fail',
    },
    { name: 'no operator', facts: { nicClusterPolicies: [], deployments: [] }, status: 'skip' },
  ],
})

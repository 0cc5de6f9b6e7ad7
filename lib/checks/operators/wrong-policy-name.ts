import { check } from '@/lib/check'
import { aPolicy } from '@/lib/examples/stack'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'
import { sh } from '@/lib/shell'

const UNSUPPORTED = /Unsupported NicClusterPolicy instance/

/** A policy under another name than the one the operator acts on, and none with the right name. */
export default check({
  id: 'wrong-policy-name',
  level: 'operators',
  scope: 'cluster',
  title: {
    pass: 'NicClusterPolicy has the name the operator wants',
    fail: 'NicClusterPolicy has a name that is ignored',
  },
  why: 'The operator acts on one name only. Any other policy gets state `ignore` with a reason, deploys nothing, and looks harmless because `ignore` is normal for single components.',
  refs: ['k8s-formats §4 (wrong CR name)', 'samples/recorded/15'],
  needs: ['nicClusterPolicies'],
  after: [],
  run({ nicClusterPolicies }) {
    if (nicClusterPolicies.length === 0) return { status: 'skip', summary: 'No NicClusterPolicy exists' }
    const acting = actingPolicy(nicClusterPolicies)
    if (acting !== null && !UNSUPPORTED.test(acting.reason ?? ''))
      return { status: 'pass', summary: `A policy named ${acting.name || POLICY_NAME} exists` }
    const wrong = nicClusterPolicies.map((each) => each.name).join(', ')
    return {
      status: 'fail',
      summary: `NicClusterPolicy is named ${wrong}, the operator only acts on ${POLICY_NAME}${stateWords(nicClusterPolicies[0])}`,
      findings: nicClusterPolicies.map((each) => ({
        subject: each.name,
        status: 'fail',
        summary: `name ${each.name}, expected ${POLICY_NAME}${each.reason === null ? '' : `: ${each.reason}`}`,
      })),
      fix: nicClusterPolicies.slice(0, 1).flatMap((each) => [
        {
          text: `Apply the same spec under the name ${POLICY_NAME}`,
          command: sh`kubectl get nicclusterpolicy ${each.name} -o json | jq '{apiVersion, kind, metadata: {name: "nic-cluster-policy"}, spec}' | kubectl apply -f -`,
          risk: 'config' as const,
          verify: `kubectl get nicclusterpolicy ${POLICY_NAME} -o jsonpath={.status.state} prints ready`,
        },
        {
          text: 'Delete the ignored policy',
          command: sh`kubectl delete nicclusterpolicy ${each.name}`,
          risk: 'config' as const,
        },
      ]),
      reason: 'wrong-name',
    }
  },
  examples: [
    { name: 'right name', facts: { nicClusterPolicies: [aPolicy()] }, status: 'pass' },
    {
      name: 'another name',
      facts: { nicClusterPolicies: [aPolicy({ name: 'network-operator-policy', state: 'ignore', appliedStates: [] })] },
      status: 'fail',
    },
    {
      name: 'right name beside another',
      facts: { nicClusterPolicies: [aPolicy(), aPolicy({ name: 'second', state: 'ignore' })] },
      status: 'pass',
    },
    { name: 'none', facts: { nicClusterPolicies: [] }, status: 'skip' },
  ],
})

function stateWords(policy: { state: string | null } | undefined): string {
  return policy?.state ? `; its state is ${policy.state}` : ''
}

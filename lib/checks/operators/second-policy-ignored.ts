import { check } from '@/lib/check'
import { COMPONENTS } from '@/lib/components'
import { aPolicy } from '@/lib/examples/stack'
import { actingPolicy, POLICY_NAME } from '@/lib/nic-policy'
import { sh } from '@/lib/shell'

/** A further policy beside the acting one: what it asks has no effect. */
export default check({
  id: 'second-policy-ignored',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'No second NicClusterPolicy is ignored', fail: 'A second NicClusterPolicy has no effect' },
  why: 'Whoever adds a component in a second NicClusterPolicy sees no error, only state `ignore`. Nothing of it is deployed until it is moved into the first policy.',
  refs: ['k8s-formats §4, §20', 'samples/recorded/02-second-policy-ignored'],
  needs: ['nicClusterPolicies'],
  after: [],
  run({ nicClusterPolicies }) {
    const acting = actingPolicy(nicClusterPolicies)
    if (acting === null) return { status: 'skip', summary: `No policy named ${POLICY_NAME} exists` }
    const others = nicClusterPolicies.filter((each) => each !== acting)
    if (others.length === 0)
      return { status: 'pass', summary: `${acting.name || POLICY_NAME} is the only NicClusterPolicy` }
    return {
      status: 'warn',
      summary: `${others.map((each) => `${each.name} asks ${asked(each)}`).join('; ')}: no effect, the operator acts on ${POLICY_NAME} only`,
      findings: others.map((each) => ({
        subject: each.name,
        status: 'warn',
        summary: each.reason ?? `state ${each.state ?? 'not set'}, expected no policy beside ${POLICY_NAME}`,
      })),
      fix: others.map((each) => ({
        text: `Move ${asked(each)} into ${POLICY_NAME} and delete ${each.name}`,
        command: sh`kubectl delete nicclusterpolicy ${each.name}`,
        risk: 'config',
      })),
      reason: 'second-policy',
      params: { components: others.flatMap((each) => componentIds(each)).join(',') },
    }
  },
  examples: [
    { name: 'one policy', facts: { nicClusterPolicies: [aPolicy()] }, status: 'pass' },
    {
      name: 'two policies',
      facts: { nicClusterPolicies: [aPolicy(), aPolicy({ name: 'nic-cluster-policy-ib', state: 'ignore' })] },
      status: 'warn',
    },
    { name: 'only a wrong name', facts: { nicClusterPolicies: [aPolicy({ name: 'mine' })] }, status: 'skip' },
  ],
})

function asked(policy: { components: readonly { path: string }[] }): string {
  return policy.components.map((each) => each.path).join(', ') || 'nothing we know'
}

function componentIds({ components }: { components: readonly { path: string }[] }): string[] {
  return COMPONENTS.flatMap((each) => (components.some((one) => one.path === each.specPath) ? [each.id] : []))
}

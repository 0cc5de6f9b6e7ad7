import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'wrong-policy-name',
  'nic-cluster-policy-not-ready',
  'nic-cluster-policy-missing',
  'ignored-component-needed',
  'component-not-on-node',
  'only-eth0',
] as const

/** The only policy has a name the operator does not act on. */
export default cause({
  id: 'wrong-policy-name',
  title: 'NicClusterPolicy has a name that the operator ignores',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 94,
  why: 'The operator acts on nic-cluster-policy alone. A policy of another name gets state `ignore` with a reason; none of its DaemonSets is made, and `ignore` looks as harmless as it is for single components.',
  refs: ['k8s-formats §4', 'samples/recorded/15'],
  match(input) {
    const source = faulty(input, 'wrong-policy-name')
    if (source?.status !== 'fail') return null
    const policy = source.findings?.[0]?.subject
    return {
      summary: `Nothing of the policy is deployed because ${source.summary}: apply the same spec as nic-cluster-policy${policy ? ` and delete ${policy}` : ''}`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Rename the policy to nic-cluster-policy', risk: 'config' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'another name',
      verdicts: [failed('wrong-policy-name', 'operators', 'NicClusterPolicy is named network-operator-policy')],
      matches: true,
    },
    {
      name: 'a second one',
      verdicts: [failed('second-policy-ignored', 'operators', 'no effect', { status: 'warn' })],
      matches: false,
    },
  ],
})

import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['second-policy-ignored', 'ignored-component-needed', 'unschedulable-for-network'] as const

/** What is wanted stands in a policy that the operator does not act on. */
export default cause({
  id: 'second-policy-ignored',
  title: 'A second NicClusterPolicy has no effect',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 92,
  why: 'The operator acts on one NicClusterPolicy only. A further one gets state `ignore` and deploys nothing: nothing crashed, nothing was pulled, and the first policy is as healthy as it says.',
  refs: ['k8s-formats §20 (second policy)', 'samples/recorded/02'],
  match(input) {
    const second = faulty(input, 'second-policy-ignored')
    if (!second) return null
    const components = String(second.params?.components ?? '').split(',')
    const needed = String(input.verdicts['ignored-component-needed']?.params?.components ?? '')
      .split(',')
      .filter((each) => each !== '')
    const mine = needed.length > 0 && needed.every((each) => components.includes(each))
    return {
      summary: `What the second policy asks is not deployed because ${second.summary}: move it into nic-cluster-policy and delete the other`,
      explains: symptoms(input, EXPLAINS).filter((id) => id === 'second-policy-ignored' || mine),
      fix: stepsOf(second, [{ text: 'Move the request into nic-cluster-policy', risk: 'config' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'two policies',
      verdicts: [
        failed('second-policy-ignored', 'operators', 'nic-cluster-policy-ib asks rdmaSharedDevicePlugin: no effect', {
          status: 'warn',
        }),
      ],
      matches: true,
    },
    { name: 'one policy', verdicts: [failed('wrong-policy-name', 'operators', 'named mine')], matches: false },
  ],
})

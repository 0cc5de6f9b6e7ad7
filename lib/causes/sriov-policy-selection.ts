import { cause } from '@/lib/cause'
import { resourcesOf, symptomsAbout } from '@/lib/rules/about-resources'
import { failed, faulty, passed, stepsOf, symptoms } from '@/lib/rules/explained'

const OWN = ['policy-selects-nothing', 'overlapping-policies'] as const
const AFTER = [
  'sriov-plugin-config',
  'missing-resource',
  'zero-allocatable',
  'resource-chain-broken',
  'unschedulable-for-network',
  'pod-pending-reason',
] as const

/** SR-IOV policies that select nothing, or the same VFs: the operator did what they say, and their resources are not there. */
export default cause({
  id: 'sriov-policy-selection',
  title: 'SR-IOV policies select nothing or the same VFs',
  level: 'vfs',
  scope: 'cluster',
  explains: [...OWN, ...AFTER],
  specificity: 84,
  why: 'Without the validation webhook every policy is stored. One that matches no node or NIC does nothing; of two that take the same VFs one loses its whole group. The node state says Succeeded, because what the policies say was done: hardware, firmware and plug-ins are not at fault.',
  refs: ['k8s-formats §3.4, §20.8–11', 'samples/recorded/08'],
  match(input) {
    const sources = OWN.flatMap((id) => faulty(input, id) ?? [])
    if (!sources.some((each) => each.status === 'fail')) return null
    const resources = sources.flatMap((each) => resourcesOf(each))
    const readings = sources.flatMap((each) => {
      const bad = each.findings?.filter((one) => one.status !== 'pass').map((one) => one.summary) ?? []
      return bad.length > 0 ? bad : [each.summary]
    })
    const shown = readings.slice(0, 6).join('; ')
    return {
      summary: `VF resources are missing because of what the SR-IOV policies select (${shown}${readings.length > 6 ? `; and ${readings.length - 6} more` : ''}): correct nodeSelector, nicSelector or VF range of each`,
      explains: [...symptoms(input, OWN), ...symptomsAbout(input, AFTER, resources)],
      fix: sources.flatMap((each) =>
        stepsOf(each, [{ text: 'Correct the selectors of the policies', risk: 'config' }]),
      ),
      params: { resources: [...new Set(resources)].sort().join(',') },
    }
  },
  examples: [
    {
      name: 'PF name misspelt',
      verdicts: [
        failed('policy-selects-nothing', 'vfs', 'policy a selects no NIC', { params: { resources: 'resibp24s0' } }),
        failed('pod-pending-reason', 'pod', 'nvidia.com/resibp24s0 0 allocatable'),
      ],
      matches: true,
    },
    {
      name: 'a stronger policy takes over on purpose',
      verdicts: [failed('overlapping-policies', 'vfs', 'priority 10 beats 90', { status: 'warn' })],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('policy-selects-nothing', 'vfs')], matches: false },
  ],
})

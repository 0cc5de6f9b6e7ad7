import { type CauseInput, cause } from '@/lib/cause'
import { pfRows } from '@/lib/k8s/pf-rows'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['stuck-drain', 'node-state-not-synced', 'missing-vfs', 'missing-resource'] as const

/** A budget or a pod keeps the operator from draining the node; nodes behind it queue. */
export default cause({
  id: 'drain-blocked',
  title: 'The node’s drain is blocked',
  level: 'vfs',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 70,
  why: 'The operator evicts pods like anybody else: a PodDisruptionBudget that allows 0 disruptions is refused for ever, and one node of a pool drains at a time.',
  refs: ['research/k8s-formats.md §20.14', 'samples/recorded/05'],
  match(input) {
    const drain = faulty(input, 'stuck-drain')
    if (drain?.status !== 'fail') return null
    return {
      summary: `The configuration change cannot start because its drain does not end (${drain.summary})${wish(input)}: let the workload move, then the operator goes on by itself`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(drain, [{ text: 'Scale the protected workload up or relax its budget', risk: 'restart-pods' }]),
      params: drain.params ?? {},
    }
  },
  examples: [
    {
      name: 'a budget allows nothing',
      verdicts: [
        failed('stuck-drain', 'vfs', 'draining, held up by PodDisruptionBudget inference/llm-frontend'),
        failed('node-state-not-synced', 'vfs', 'InProgress', { status: 'warn' }),
      ],
      matches: true,
    },
    {
      name: 'only waits for its slot',
      verdicts: [failed('stuck-drain', 'vfs', 'waits for a drain slot', { status: 'warn' })],
      matches: false,
    },
  ],
})

/** What the drain is for: the firmware value that the policy wants changed. */
function wish(input: CauseInput): string {
  const state = input.facts.nodeStates?.find((each) => input.node === null || each.node === input.node)
  const row = state && pfRows(state).find((each) => each.firmware === 'differs' || each.firmware === 'too-small')
  return row && row.total !== null
    ? `; it is wanted because the policy asks ${row.wanted} VFs on ${row.label} and the firmware has ${row.total}`
    : ''
}

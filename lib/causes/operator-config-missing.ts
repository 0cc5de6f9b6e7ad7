import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'operator-config-missing',
  'config-daemon-absent',
  'node-state-not-synced',
  'missing-vfs',
  'missing-resource',
  'zero-allocatable',
  'resource-chain-broken',
  'network-without-nad',
  'unschedulable-for-network',
  'pod-pending-reason',
] as const

/** The SR-IOV operator runs without the one object that tells it to do anything. */
export default cause({
  id: 'operator-config-missing',
  title: 'SriovOperatorConfig default is missing',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 90,
  why: 'Without SriovOperatorConfig default the SR-IOV operator reconciles nothing: no config daemon, no node states, no VFs. The operator itself is fine and nodes are labelled; the only sign is a line of its log.',
  refs: ['k8s-formats §3.4, §20.16', 'samples/recorded/15'],
  match(input) {
    const source = faulty(input, 'operator-config-missing')
    if (source?.status !== 'fail') return null
    const about = (id: string) =>
      !['unschedulable-for-network', 'pod-pending-reason'].includes(id) ||
      /offered by no node|not offered|allocatable/.test(input.verdicts[id]?.summary ?? '')
    return {
      summary: `No config daemon runs and no VF is made because the SR-IOV operator has no configuration (${source.summary}): create SriovOperatorConfig default in the operator’s namespace`,
      explains: symptoms(input, EXPLAINS).filter(about),
      fix: stepsOf(source, [{ text: 'Create SriovOperatorConfig default', risk: 'config' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'deleted',
      verdicts: [
        failed('operator-config-missing', 'operators', 'the operator finds none, expected one named default'),
        failed('config-daemon-absent', 'operators', 'no DaemonSet', { status: 'blocked' }),
      ],
      matches: true,
    },
    {
      name: 'no daemon for another reason',
      verdicts: [failed('config-daemon-absent', 'operators', 'x')],
      matches: false,
    },
  ],
})

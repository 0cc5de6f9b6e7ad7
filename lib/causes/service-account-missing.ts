import { cause } from '@/lib/cause'
import { failed, faulty, symptoms } from '@/lib/rules/explained'

const EXPLAINS = [
  'config-daemon-absent',
  'daemonset-short-of-nodes',
  'component-not-on-node',
  'deployment-not-available',
  'node-state-not-synced',
  'missing-vfs',
  'missing-resource',
  'zero-allocatable',
  'resource-chain-broken',
  'unschedulable-for-network',
  'pod-pending-reason',
] as const
const ACCOUNT =
  /(?:error looking up )?service account ([^\s:]{1,253}): |serviceaccount "([^"]{1,253})" not found|service account "([^"]{1,253})" (?:was )?not found/i
const SOURCES = ['config-daemon-absent', 'daemonset-short-of-nodes'] as const

/** The controller cannot create the pods of a DaemonSet: their ServiceAccount does not exist. */
export default cause({
  id: 'service-account-missing',
  title: 'A ServiceAccount of the stack is missing',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 93,
  why: 'The chart makes the ServiceAccounts, the operator only names them. Without one no pod object ever exists, so there is nothing to describe: only the DaemonSet’s FailedCreate events tell, and everything after it is a consequence.',
  refs: ['k8s-formats §20.15', 'samples/recorded/21'],
  match(input) {
    const found = SOURCES.flatMap((id) => {
      const verdict = faulty(input, id)
      const text = [verdict?.summary ?? '', ...(verdict?.findings ?? []).map((each) => each.summary)].join('\n')
      const match = verdict?.status === 'fail' ? ACCOUNT.exec(text) : null
      return match ? [{ verdict, account: match[1] ?? match[2] ?? match[3] ?? '' }] : []
    })
    const [first] = found
    if (!first) return null
    const name = first.account.slice(first.account.indexOf('/') + 1)
    return {
      summary: `No pod of ${name === 'sriov-network-config-daemon' ? 'the SR-IOV config daemon' : 'a DaemonSet'} exists and no NIC is reported because serviceaccount "${name}" not found (${first.verdict?.summary ?? ''}): install the whole chart, or create the ServiceAccount with its roles`,
      explains: symptoms(input, EXPLAINS).filter((id) => about(input.verdicts[id]?.summary ?? '', id)),
      fix: [
        {
          text: 'Bring back the ServiceAccount and its roles with the chart that makes them (a partial chart leaves them out)',
          command: 'helm upgrade network-operator nvidia/network-operator --reset-then-reuse-values',
          risk: 'config',
          verify: 'kubectl get daemonsets -A shows CURRENT equal to DESIRED',
        },
        {
          text: 'See what the controller says',
          command: 'kubectl get events -A --field-selector reason=FailedCreate',
          risk: 'none',
        },
      ],
      params: { account: name },
    }
  },
  examples: [
    {
      name: 'config daemon without account',
      verdicts: [
        failed(
          'config-daemon-absent',
          'operators',
          'wants 2 nodes and has 0 pods: pods "x-" is forbidden: error looking up service account network-operator/sriov-network-config-daemon: serviceaccount "sriov-network-config-daemon" not found',
        ),
      ],
      matches: true,
    },
    {
      name: 'label never set',
      verdicts: [failed('config-daemon-absent', 'operators', 'wants 0 nodes', { reason: 'none-desired' })],
      matches: false,
    },
  ],
})

/** Pods that wait for something else than a VF resource have a reason of their own. */
function about(summary: string, id: string): boolean {
  if (id !== 'unschedulable-for-network' && id !== 'pod-pending-reason') return true
  return /offered by no node|not offered|allocatable/.test(summary)
}

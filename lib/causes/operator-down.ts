import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'operator-crash-loop',
  'deployment-not-available',
  'config-daemon-absent',
  'network-without-nad',
  'node-state-not-synced',
  'nic-cluster-policy-not-ready',
] as const
const OPERATORS = ['network-operator', 'sriov-operator'] as const

/** An operator does not run: nothing is reconciled, and what it last wrote is stale. */
export default cause({
  id: 'operator-down',
  title: 'An operator is down',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 65,
  why: 'Without its operator no policy is applied, no node is drained and no attachment is made; statuses keep their last value and may still say ready. Whatever waits for a change waits for the operator.',
  refs: ['k8s-formats §14, §20.4'],
  match({ verdicts }) {
    if (
      ['wrong-image-name', 'image-pull-denied', 'image-pull-unreachable'].some((id) => failing(verdicts, id) !== null)
    )
      return null
    const crash = failing(verdicts, 'operator-crash-loop')
    const gone = failing(verdicts, 'deployment-not-available')
    const named = String(gone?.params?.deployments ?? '').split(',')
    const down = OPERATORS.filter((each) => named.includes(each))
    if (crash === null && down.length === 0) return null
    const source = crash ?? gone
    return {
      summary: `Nothing is reconciled because an operator is down (${source?.summary ?? ''}): read the log of its last life; statuses it wrote are stale`,
      explains: symptoms(verdicts, EXPLAINS).filter(
        (id) =>
          id !== 'deployment-not-available' ||
          named.every((each) => OPERATORS.some((one) => one === each) || crash !== null),
      ),
      fix: source?.fix?.length
        ? source.fix
        : [
            {
              text: 'Read the log of the operator',
              command: 'kubectl logs -A -l app.kubernetes.io/name=network-operator --previous --tail=100',
              risk: 'none',
            },
          ],
      params: { operators: down.join(',') || String(crash?.params?.operators ?? '') },
    }
  },
  examples: [
    {
      name: 'crash loop',
      verdicts: [
        failed('operator-crash-loop', 'operators', 'network operator is in CrashLoopBackOff', {
          params: { operators: 'network operator' },
        }),
      ],
      matches: true,
    },
    {
      name: 'SR-IOV operator gone',
      verdicts: [
        failed('deployment-not-available', 'operators', '0 of 1', { params: { deployments: 'sriov-operator' } }),
      ],
      matches: true,
    },
    {
      name: 'a controller only',
      verdicts: [
        failed('deployment-not-available', 'operators', '0 of 2', { params: { deployments: 'nv-ipam-controller' } }),
      ],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('operator-crash-loop', 'operators')], matches: false },
  ],
})

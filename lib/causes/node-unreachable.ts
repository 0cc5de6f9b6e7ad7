import type { CauseInput } from '@/lib/cause'
import { cause } from '@/lib/cause'
import { exampleNode } from '@/lib/k8s/examples'
import { naming } from '@/lib/k8s/from-findings'
import { answers, notReadyWords } from '@/lib/k8s/resources'
import { failed, symptoms } from '@/lib/rules/explained'
import { sh } from '@/lib/shell'

const EXPLAINS = [
  'unhealthy-devices',
  'missing-resource',
  'zero-allocatable',
  'component-not-on-node',
  'daemonset-short-of-nodes',
  'only-eth0',
  'evidence-stale',
] as const

/** The kubelet stopped answering: whatever the API still says of the node is its last word. */
export default cause({
  id: 'node-unreachable',
  title: 'Node does not answer',
  level: 'platform',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 95,
  why: 'When heartbeats stop, the API keeps the last node state, allocatable numbers and pod phases. They look healthy and are stale; policies and DaemonSets that do not tolerate the taint even stay “ready”.',
  refs: ['research/k8s-formats.md §20.1, §20.24', 'samples/recorded/06'],
  match(input) {
    const silent = (input.facts.nodes ?? []).filter(
      (node) => answers(node) === false && (input.node === null || node.name === input.node),
    )
    const first = silent[0]
    if (!first) return null
    return {
      summary: `${naming(silent.map((node) => node.name))} does not answer the control plane (${notReadyWords(first)}), so everything shown for it is stale: look at the host and its kubelet`,
      explains: affected(input),
      fix: [
        {
          text: 'Look at the machine by BMC or console, then at the kubelet',
          command: sh`systemctl status kubelet containerd`,
          risk: 'none',
        },
        {
          text: 'See the node’s conditions',
          command: sh`kubectl describe node ${first.name}`,
          risk: 'none',
          verify: 'Ready is True again',
        },
      ],
      params: {},
    }
  },
  examples: [
    {
      name: 'heartbeats stopped',
      node: 'dgx033',
      verdicts: [failed('unhealthy-devices', 'resources', 'does not answer')],
      facts: { nodes: [exampleNode({ name: 'dgx033', ready: 'Unknown' })] },
      matches: true,
    },
    {
      name: 'another node',
      node: 'dgx030',
      verdicts: [failed('unhealthy-devices', 'resources', '5 of 8')],
      facts: { nodes: [exampleNode()] },
      matches: false,
    },
  ],
})

/** On one node unknown answers are consequences as well; over several nodes only what names the silent one. */
function affected(input: CauseInput): string[] {
  const unread = input.node === null ? [] : EXPLAINS.filter((id) => input.verdicts[id]?.status === 'unknown')
  const seen = symptoms(
    input,
    input.node === null ? ['unhealthy-devices', 'component-not-on-node', 'daemonset-short-of-nodes'] : EXPLAINS,
  )
  return [...new Set([...seen, ...unread])]
}

import { cause } from '@/lib/cause'
import { failed, failing, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'component-not-on-node',
  'config-daemon-absent',
  'nic-cluster-policy-not-ready',
  'missing-resource',
  'missing-vfs',
  'node-state-not-synced',
  'policy-selects-nothing',
  'daemonset-short-of-nodes',
] as const

const LABEL_MISSING = /label feature\.node\.kubernetes\.io\/pci-15b3\.present=true is missing/

/** Node feature discovery does not label the NICs: nothing of the stack is scheduled. */
export default cause({
  id: 'nfd-not-labelling',
  title: 'Node feature discovery does not label the NICs',
  level: 'operators',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 85,
  why: 'Label pci-15b3.present comes from node feature discovery. Without it the network operator never sets operator.mofed.wait, DaemonSets want 0 nodes and no node state appears: `0 of 0 ready` everywhere.',
  refs: ['k8s-formats §5, §20.5', 'samples/recorded/14'],
  match({ verdicts, facts }) {
    const here = failing(verdicts, 'component-not-on-node')
    const labelled = here?.reason === 'nic-label' || LABEL_MISSING.test(here?.summary ?? '')
    const worker = facts.daemonSets?.some((each) => each.component === 'nfd-worker')
    // On a node that carries no fabric only the cluster's own symptoms show; without an NFD worker they mean the same.
    const absent = failing(verdicts, 'config-daemon-absent')
    if (!labelled && !(worker === false && absent?.reason === 'none-desired')) return null
    const words =
      worker === false ? 'there is no NFD worker DaemonSet' : 'the NFD worker or its NodeFeatureRule does not work'
    return {
      summary: `Plug-ins and config daemon are missing because label pci-15b3.present is not set: ${words}: install or repair node feature discovery`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: [
        {
          text: 'See whether the NFD worker runs on this node',
          command: 'kubectl get daemonsets,pods -A -l app.kubernetes.io/name=node-feature-discovery -o wide',
          risk: 'none',
        },
        {
          text: 'Install it with the chart (nfd.enabled, nfd.deployNodeFeatureRules)',
          risk: 'config',
          verify: 'kubectl get nodes -L feature.node.kubernetes.io/pci-15b3.present shows true',
        },
      ],
      params: { worker: worker ?? 'unknown' },
    }
  },
  examples: [
    {
      name: 'never labelled',
      verdicts: [
        failed(
          'component-not-on-node',
          'operators',
          'label feature.node.kubernetes.io/pci-15b3.present=true is missing',
          { reason: 'nic-label' },
        ),
      ],
      facts: { daemonSets: [] },
      matches: true,
    },
    {
      name: 'pod not ready',
      verdicts: [failed('component-not-on-node', 'operators', 'x', { reason: 'pod-not-ready' })],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('component-not-on-node', 'operators')], matches: false },
  ],
})

import { cause } from '@/lib/cause'
import { failed, failing, names, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = ['ignored-component-needed', 'only-eth0', 'networks-annotation'] as const

/** Multus was never asked for, or taken out of the policy again. */
export default cause({
  id: 'secondary-network-not-deployed',
  title: 'Multus is not deployed',
  level: 'operators',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 90,
  why: 'Without Multus nobody reads the networks annotation of a pod: it starts, is Running and has only eth0. The operator removes Multus when spec.secondaryNetwork is left out of a re-applied policy, and the policy stays ready.',
  refs: ['k8s-formats §4, §20.3', 'samples/recorded/03, 11'],
  match({ verdicts }) {
    const needed = failing(verdicts, 'ignored-component-needed')
    if (!names(needed, 'components', 'multus')) return null
    const [finding] = needed?.findings?.filter((each) => each.subject === 'Multus') ?? []
    return {
      summary: `Pods get no second interface because spec.secondaryNetwork.multus is absent from the policy (${finding?.summary ?? 'pods or NADs need it'}): add it with cniPlugins and recreate the pods started since`,
      explains: symptoms(verdicts, EXPLAINS),
      fix: [
        {
          text: 'Add spec.secondaryNetwork.multus and spec.secondaryNetwork.cniPlugins to nic-cluster-policy',
          command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
          risk: 'config',
          verify: 'kubectl get pods -A -l name=multus shows one Running pod per node',
        },
        { text: 'Recreate the pods that were started without it', risk: 'restart-pods' },
      ],
      params: { component: 'multus' },
    }
  },
  examples: [
    {
      name: 'Multus needed',
      verdicts: [
        failed('ignored-component-needed', 'operators', 'Multus is not in the policy', {
          params: { components: 'multus' },
        }),
      ],
      matches: true,
    },
    {
      name: 'only the RDMA plug-in',
      verdicts: [
        failed('ignored-component-needed', 'operators', 'x', { params: { components: 'rdma-shared-plugin' } }),
      ],
      matches: false,
    },
    { name: 'nothing needed', verdicts: [passed('ignored-component-needed', 'operators')], matches: false },
  ],
})

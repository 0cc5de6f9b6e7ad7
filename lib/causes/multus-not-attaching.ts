import { cause } from '@/lib/cause'
import { componentOf } from '@/lib/components'
import { examplePod } from '@/lib/k8s/pod-examples'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['only-eth0', 'sandbox-failed', 'multus-token-expired', 'no-ib-device', 'tcp-fallback'] as const

/** Multus is deployed, yet pods start without the networks they ask for. */
export default cause({
  id: 'multus-not-attaching',
  title: 'Multus runs but attaches nothing',
  level: 'operators',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 65,
  why: 'Multus attaches only where it is the first CNI configuration of the node and its credentials are valid. Otherwise the runtime calls the primary CNI alone and pods get eth0, without an error.',
  refs: ['research/k8s-formats.md §9', 'network-operator issue 1363'],
  match(input) {
    const bare = faulty(input, 'only-eth0')
    const token = faulty(input, 'multus-token-expired')
    const deployed = (input.facts.pods ?? []).some((pod) => componentOf(pod.labels)?.id === 'multus')
    const source = token?.status === 'fail' ? token : bare?.status === 'fail' && deployed ? bare : null
    if (!source) return null
    const sandbox = faulty(input, 'sandbox-failed')
    return {
      summary: `Pods lack their fabric interfaces because Multus does not attach them (${source.summary}): restart the Multus pod of that node and recreate the pods`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'sandbox-failed' || sandbox?.reason === 'multus-token'),
      fix: stepsOf(source, [{ text: 'Restart the kube-multus-ds pod of that node', risk: 'restart-pods' }]),
      params: { at: source.check },
    }
  },
  examples: [
    {
      name: 'Multus is there, the pod has eth0',
      verdicts: [failed('only-eth0', 'pod', 'asks for 8 networks and has 0')],
      facts: { pods: [examplePod({ labels: { name: 'multus', app: 'multus' } })] },
      matches: true,
    },
    {
      name: 'Multus is not deployed',
      verdicts: [failed('only-eth0', 'pod', 'asks for 8 networks and has 0')],
      facts: { pods: [] },
      matches: false,
    },
  ],
})

import type { PodFact } from '@/collectors/cluster/pods/fact'
import { cause } from '@/lib/cause'
import { componentOf } from '@/lib/components'
import { minutesBetween } from '@/lib/k8s/age'
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
    const source =
      token?.status === 'fail'
        ? token
        : bare?.status === 'fail' && startedUnderMultus(input.facts.pods ?? [])
          ? bare
          : null
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
      name: 'Multus is there for an hour, the pod has eth0',
      verdicts: [failed('only-eth0', 'pod', 'asks for 8 networks and has 0')],
      facts: { pods: [multus('2026-03-02T08:00:00Z'), bare('2026-03-02T09:00:00Z')] },
      matches: true,
    },
    {
      name: 'the pod started before Multus was ready',
      verdicts: [failed('only-eth0', 'pod', 'asks for 8 networks and has 0')],
      facts: { pods: [multus('2026-03-02T09:00:00Z'), bare('2026-03-02T09:00:11Z')] },
      matches: false,
    },
    {
      name: 'Multus is not deployed',
      verdicts: [failed('only-eth0', 'pod', 'asks for 8 networks and has 0')],
      facts: { pods: [] },
      matches: false,
    },
  ],
})

/** Multus needs a moment to write its configuration: pods that started earlier lack interfaces without any fault of it now. */
const SETTLED_MIN = 1

/** True when a pod that lacks its networks was scheduled well after the Multus pod of its node was ready. */
function startedUnderMultus(pods: readonly PodFact[]): boolean {
  const since = (pod: PodFact, type: string) =>
    pod.conditions.find((each) => each.type === type && each.status === 'True')?.since
  return pods
    .filter((pod) => pod.phase === 'Running' && (pod.networks ?? []).length > 0 && !pod.hasNetworkStatus)
    .some((pod) => {
      const multus = pods.find((each) => each.node === pod.node && componentOf(each.labels)?.id === 'multus')
      const [ready, placed] = [multus && since(multus, 'Ready'), since(pod, 'PodScheduled')]
      if (!ready || !placed || placed < ready) return false
      return (minutesBetween(ready, placed) ?? 0) >= SETTLED_MIN
    })
}

function multus(since: string): PodFact {
  return examplePod({
    labels: { name: 'multus', app: 'multus' },
    networks: null,
    conditions: [{ type: 'Ready', status: 'True', reason: null, message: null, since }],
  })
}

function bare(since: string): PodFact {
  return examplePod({
    hasNetworkStatus: false,
    networkStatus: null,
    conditions: [{ type: 'PodScheduled', status: 'True', reason: null, message: null, since }],
  })
}

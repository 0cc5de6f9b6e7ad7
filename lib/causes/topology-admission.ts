import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['admission-error', 'kubelet-topology-policy', 'pod-pending-reason'] as const

/** The kubelet's topology policy refuses pods that need devices of both sockets. */
export default cause({
  id: 'topology-admission',
  title: 'Topology policy refuses whole-node pods',
  level: 'kernel',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 75,
  why: 'With single-numa-node the kubelet admits a pod only if all its GPUs and VFs are on one socket; a pod with eight of each never fits. The scheduler does not know that.',
  refs: ['research/k8s-formats.md §10, §13', 'kubernetes docs: topology manager'],
  match(input) {
    const refused = faulty(input, 'admission-error')
    if (refused?.reason !== 'topology-affinity') return null
    const policy = faulty(input, 'kubelet-topology-policy')
    return {
      summary: `Pods are refused after scheduling because the kubelet’s topology policy cannot be met (${policy?.summary ?? refused.summary}): use best-effort or restricted for whole-node pods`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(refused, [{ text: 'Set topologyManagerPolicy to best-effort on the node', risk: 'drain' }]),
      params: {},
    }
  },
  examples: [
    {
      name: 'TopologyAffinityError',
      verdicts: [failed('admission-error', 'pod', 'TopologyAffinityError', { reason: 'topology-affinity' })],
      matches: true,
    },
    {
      name: 'a plugin that was not ready',
      verdicts: [failed('admission-error', 'pod', 'UnexpectedAdmissionError', { reason: 'unexpected-admission' })],
      matches: false,
    },
  ],
})

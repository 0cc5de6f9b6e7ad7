import type { EventFact } from '@/collectors/cluster/events/collector'
import { check, type Finding, type Verdict } from '@/lib/check'
import { eventSubject } from '@/lib/event-subject'
import { fromFindings } from '@/lib/k8s/from-findings'
import { podName } from '@/lib/k8s/networks'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

export default check({
  id: 'admission-error',
  level: 'pod',
  title: { pass: 'The kubelet admits its pods', fail: 'The kubelet refused a pod after scheduling' },
  why: 'A device plugin that was not registered again after a restart, or a topology policy that cannot be met, ends a pod for good: it is never retried, only a controller makes a new one.',
  refs: [
    'k8s-formats §10',
    'kubernetes pkg/kubelet/cm/devicemanager/manager.go',
    'kubernetes pkg/kubelet/lifecycle/predicate.go',
  ],
  needs: [],
  wants: ['pods', 'toldEvents'],
  anyOf: ['pods', 'toldEvents'],
  after: [],
  run({ pods, toldEvents }) {
    if (pods === undefined) return fromEvents(toldEvents ?? [])
    if (pods.length === 0) return { status: 'skip', summary: 'No GPU or RDMA pod here' }
    const refused = pods.flatMap((pod) => {
      const meaning = pod.phase === 'Failed' && pod.deleted === null ? meaningOf(pod.reason) : null
      return meaning === null ? [] : [{ pod, meaning }]
    })
    const findings = refused.map(
      ({ pod, meaning }): Finding => ({
        subject: podName(pod),
        status: 'fail',
        summary: `${podName(pod)} was refused by the kubelet of ${pod.node ?? 'its node'}: ${pod.reason ?? ''}${pod.message ? ` (${pod.message})` : ''}; ${meaning}`,
      }),
    )
    const first = refused[0]?.pod
    return fromFindings(findings, `${pods.length} pod(s), none was refused by the kubelet`, {
      reason: first?.reason === 'TopologyAffinityError' ? 'topology-affinity' : 'unexpected-admission',
      params: { reason: first?.reason ?? '' },
      fix: [
        first?.reason === 'TopologyAffinityError'
          ? {
              text: 'Use topologyManagerPolicy best-effort or restricted for pods that use the whole node',
              risk: 'drain',
            }
          : {
              text: 'Wait until allocatable is back on the node, then delete the pod; a controller makes it again, a bare pod stays dead',
              ...(first ? { command: sh`kubectl -n ${first.namespace} delete pod ${first.name}` } : {}),
              risk: 'restart-pods',
            },
      ],
    })
  },
  examples: [
    { name: 'admitted', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'plugin not registered yet',
      facts: {
        pods: [
          examplePod({
            phase: 'Failed',
            reason: 'UnexpectedAdmissionError',
            message:
              'Allocate failed due to requested number of devices unavailable for nvidia.com/resibp24s0. Requested: 1, Available: 0',
          }),
        ],
      },
      status: 'fail',
    },
    { name: 'ended by itself', facts: { pods: [examplePod({ phase: 'Failed', reason: null })] }, status: 'pass' },
    { name: 'no pod', facts: { pods: [] }, status: 'skip' },
    {
      name: 'only the event',
      facts: {
        toldEvents: [
          exampleEvent('TopologyAffinityError', 'w-0', 'Resources cannot be allocated with Topology locality', {
            kind: 'Pod',
          }),
        ],
      },
      status: 'fail',
    },
  ],
})

/** Where the pods were not pasted, the kubelet's events tell the same. */
function fromEvents(events: readonly EventFact[]): Verdict {
  const findings = events.flatMap((event): Finding[] => {
    const meaning = event.kind === 'Pod' && event.type !== 'Normal' ? meaningOf(event.reason) : null
    return meaning === null
      ? []
      : [
          {
            subject: eventSubject(event),
            status: 'fail',
            summary: `${eventSubject(event)} was refused by the kubelet${event.node ? ` of ${event.node}` : ''}: ${event.reason} (${event.message}); ${meaning}`,
          },
        ]
  })
  if (findings.length === 0) return { status: 'skip', summary: 'No pod, and no event of a refused one' }
  return fromFindings(findings, '', {
    fix: [
      {
        text: 'See whether the node offers its devices again, then delete the pod: a controller makes it anew, a bare pod stays dead',
        risk: 'restart-pods',
      },
    ],
    reason: events.some((each) => each.reason === 'TopologyAffinityError')
      ? 'topology-affinity'
      : 'unexpected-admission',
  })
}

function meaningOf(reason: string | null): string | null {
  if (reason === 'UnexpectedAdmissionError')
    return 'the device plugin had not registered again after a restart or boot; the pod does not recover by itself'
  if (reason === 'TopologyAffinityError')
    return 'the topology manager cannot give all devices from the NUMA nodes its policy asks'
  if (reason !== null && /^OutOf[\w./-]+$/.test(reason)) return 'the node had less of it than the scheduler believed'
  return null
}

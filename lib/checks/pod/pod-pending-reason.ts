import { check, type Finding } from '@/lib/check'
import { partsOf } from '@/lib/event-subject'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { podName } from '@/lib/k8s/networks'
import { exampleContainer, examplePending, examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { isWorkload, unscheduled } from '@/lib/k8s/unscheduled'
import { sh } from '@/lib/shell'

export default check({
  id: 'pod-pending-reason',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'No GPU or RDMA pod is stuck before it starts', fail: 'Pods do not start' },
  why: 'Every pending pod has its own reason: capacity, a name that nobody offers, a cordoned or tainted node, a gate, a claim, an image. One common cause for all of them is usually wrong.',
  refs: ['k8s-formats §10, §20.20', 'samples/recorded/07'],
  needs: [],
  wants: ['pods', 'events', 'nodes'],
  anyOf: ['pods', 'events'],
  after: [],
  run({ pods, events, nodes }) {
    const waiting = unscheduled({ pods, events, nodes }).map(
      ({ name, reason }): Finding => ({
        subject: name,
        status: reason.kind === 'fault' ? 'fail' : 'warn',
        ...(reason.nodes === undefined ? {} : { nodes: reason.nodes }),
        summary: `${name} is not scheduled: ${reason.words}`,
      }),
    )
    const workloads = (pods ?? []).filter(isWorkload)
    const stuck = workloads.flatMap((pod): Finding[] => {
      const held =
        pod.phase === 'Pending' && pod.node !== null
          ? pod.containers.find(
              (each) => each.now?.state === 'waiting' && (each.now.reason ?? '') !== 'PodInitializing',
            )
          : undefined
      const state = held?.now
      if (!held || !state) return []
      const creating = state.reason === 'ContainerCreating' || state.reason === null
      return [
        {
          subject: podName(pod),
          status: creating ? 'warn' : 'fail',
          ...(pod.node === null ? {} : { nodes: [pod.node] }),
          summary: `${podName(pod)} on ${pod.node ?? ''}: container ${held.name} waits, ${state.reason ?? 'no reason given'}${state.message ? ` (${state.message})` : ''}`,
        },
      ]
    })
    const findings = [...waiting, ...stuck]
    if (findings.length === 0 && workloads.length === 0)
      return { status: 'skip', summary: 'No GPU or RDMA pod, and no event of the scheduler' }
    const { namespace, name } = partsOf(findings[0]?.subject ?? '')
    return fromFindings(findings, `${workloads.length} GPU or RDMA pod(s), none is stuck before it starts`, {
      reason: 'pod-pending',
      params: { pods: findings.length },
      fix: [
        {
          text: 'Read the events of the pod: each pod has its own reason',
          command: sh`kubectl -n ${namespace} describe pod ${name}`,
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    { name: 'runs', facts: { pods: [examplePod()] }, status: 'pass' },
    {
      name: 'no node has the rail',
      facts: { pods: [examplePending('', { 'nvidia.com/resibp25s0': 1 })], nodes: [exampleNode()] },
      status: 'fail',
    },
    {
      name: 'gated',
      facts: {
        pods: [{ ...examplePending('', { 'nvidia.com/gpu': 1 }), schedulingGates: ['kueue.x-k8s.io/admission'] }],
      },
      status: 'warn',
    },
    {
      name: 'image missing',
      facts: {
        pods: [
          examplePod({
            phase: 'Pending',
            containers: [
              exampleContainer({
                now: { state: 'waiting', reason: 'ImagePullBackOff', message: null, exitCode: null, finishedAt: null },
              }),
            ],
          }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'only the event',
      facts: {
        events: [
          exampleEvent('FailedScheduling', 'w-0', '0/10 nodes are available: 8 Insufficient nvidia.com/resibp24s0.', {
            kind: 'Pod',
          }),
        ],
      },
      status: 'fail',
    },
    { name: 'nothing', facts: { pods: [] }, status: 'skip' },
  ],
})

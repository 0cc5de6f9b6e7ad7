import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { examplePending, examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { unscheduled } from '@/lib/k8s/unscheduled'
import { sh } from '@/lib/shell'

export default check({
  id: 'unschedulable-for-network',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'No pod waits for a network resource', fail: 'Pods cannot be placed for lack of a network resource' },
  why: 'A pod stays Pending for ever when no node offers its VF resource under that name, or offers 0. When other pods hold all of it, it only queues.',
  refs: ['k8s-formats §10, §20.20', 'samples/recorded/07', 'kubernetes pkg/scheduler (fit plugin messages)'],
  needs: [],
  wants: ['pods', 'events', 'nodes'],
  anyOf: ['pods', 'events'],
  after: ['missing-resource', 'zero-allocatable'],
  run({ pods, events, nodes }) {
    const waiting = unscheduled({ pods, events, nodes })
    const ours = waiting.filter((each) => each.reason.resources.length > 0)
    if (ours.length === 0 && pods === undefined && waiting.length === 0)
      return { status: 'skip', summary: 'No event of the scheduler' }
    if (
      ours.length > 0 &&
      nodes === undefined &&
      pods !== undefined &&
      events === undefined &&
      ours.every((each) => each.reason.words === '')
    )
      return lacking('the scheduler gave no reason')
    const findings = ours.map(
      ({ name, reason }): Finding => ({
        subject: name,
        status: reason.kind === 'queue' ? 'warn' : 'fail',
        ...(reason.nodes === undefined ? {} : { nodes: reason.nodes }),
        summary: `${name} is Pending: ${reason.words}`,
      }),
    )
    const resources = [...new Set(ours.flatMap((each) => each.reason.resources))]
    return fromFindings(findings, `${waiting.length} pod(s) wait, none for a network resource`, {
      reason: 'unschedulable-for-network',
      params: { resources: naming(resources.sort()) },
      fix: [
        {
          text: 'Compare what nodes offer with what pods hold (free = allocatable − requests)',
          command: sh`kubectl get nodes -o yaml`,
          risk: 'none',
        },
        { text: 'Correct the resource name in the pod, or bring the resource back on the nodes', risk: 'restart-pods' },
      ],
    })
  },
  examples: [
    { name: 'all placed', facts: { pods: [examplePod()], nodes: [exampleNode()] }, status: 'pass' },
    {
      name: 'misspelt',
      facts: {
        pods: [
          examplePending('0/1 nodes are available: 1 Insufficient nvidia.com/resibp25s0.', {
            'nvidia.com/resibp25s0': 1,
          }),
        ],
        nodes: [exampleNode()],
      },
      status: 'fail',
    },
    {
      name: 'all VFs in use',
      facts: {
        pods: [
          examplePending('0/1 nodes are available: 1 Insufficient nvidia.com/resibp24s0.', {
            'nvidia.com/resibp24s0': 8,
          }),
          examplePod(),
        ],
        nodes: [exampleNode()],
      },
      status: 'warn',
    },
    {
      name: 'only the event',
      facts: {
        events: [
          exampleEvent(
            'FailedScheduling',
            'w-0',
            '0/10 nodes are available: 2 node(s) had untolerated taint {a: }, 8 Insufficient nvidia.com/resibp24s0. preemption: 0/10.',
            { kind: 'Pod' },
          ),
        ],
      },
      status: 'fail',
    },
    {
      name: 'waits for GPUs',
      facts: {
        pods: [examplePending('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.', { 'nvidia.com/gpu': 8 })],
      },
      status: 'pass',
    },
  ],
})

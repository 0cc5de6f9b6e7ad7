import { check, type Finding } from '@/lib/check'
import { eventSubject } from '@/lib/event-subject'
import { fromFindings } from '@/lib/k8s/from-findings'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

const DENIED = 'unable to validate against any security context constraint'

export default check({
  id: 'scc-denied',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'No pod is refused by OpenShift’s SCC', fail: 'OpenShift’s SCC refuses the pod' },
  why: 'On OpenShift a service account without a fitting SecurityContextConstraints makes no pod at all: only the controller’s FailedCreate event tells. RDMA pods need IPC_LOCK.',
  refs: ['k8s-formats §10 (SCC-1)'],
  needs: ['events'],
  after: [],
  run({ events }) {
    const created = events.filter((event) => event.reason === 'FailedCreate')
    const denied = created.filter((event) => event.message.includes(DENIED))
    if (created.length === 0) return { status: 'skip', summary: 'No event of a controller that could not create a pod' }
    if (denied.length === 0)
      return { status: 'pass', summary: `${created.length} FailedCreate event(s), none because of an SCC` }
    const findings = denied.map(
      (event): Finding => ({
        subject: eventSubject(event),
        status: 'fail',
        summary: `${event.kind} ${eventSubject(event)} cannot create its pod: ${event.message.slice(0, 400)}`,
      }),
    )
    const first = denied[0]
    return fromFindings(findings, '', {
      reason: 'scc-denied',
      fix: [
        {
          text: 'Give the service account of the workload an SCC that allows IPC_LOCK (a custom one, rather than privileged)',
          command: sh`oc -n ${first?.objectNamespace ?? 'NAMESPACE'} get rolebindings -o wide`,
          risk: 'config',
        },
      ],
    })
  },
  examples: [
    {
      name: 'another refusal',
      facts: { events: [exampleEvent('FailedCreate', 'job', 'exceeded quota: gpus', { kind: 'Job' })] },
      status: 'pass',
    },
    {
      name: 'denied',
      facts: {
        events: [
          exampleEvent(
            'FailedCreate',
            'job',
            `pods "job-" is forbidden: ${DENIED}: [capabilities.add: Invalid value: "IPC_LOCK"]`,
            { kind: 'Job' },
          ),
        ],
      },
      status: 'fail',
    },
    { name: 'nothing', facts: { events: [] }, status: 'skip' },
  ],
})

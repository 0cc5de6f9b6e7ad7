import { check, type Finding } from '@/lib/check'
import { eventSubject, partsOf } from '@/lib/event-subject'
import { fromFindings } from '@/lib/k8s/from-findings'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { innermost, networkIn, sandboxReason } from '@/lib/k8s/sandbox'
import { sh } from '@/lib/shell'

const REASONS = new Set(['FailedCreatePodSandBox', 'NoNetworkFound'])

export default check({
  id: 'sandbox-failed',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'Pod networks are set up', fail: 'Pod network could not be set up' },
  why: 'The kubelet cannot start a pod whose network set-up fails; the innermost error of the CNI chain says at which level the fault is.',
  refs: ['k8s-formats §9, §10', 'multus-cni, sriov-cni, ib-sriov-cni, nvidia-k8s-ipam sources'],
  needs: ['events'],
  wants: ['pods'],
  after: [],
  run({ events, pods }) {
    const running = new Set(
      (pods ?? [])
        .filter((pod) => pod.phase === 'Running' || pod.phase === 'Succeeded')
        .map((pod) => `${pod.namespace}/${pod.name}`),
    )
    const last = new Map<string, { message: string; node: string | null }>()
    for (const event of events) {
      const name = eventSubject(event)
      if (event.kind === 'Pod' && REASONS.has(event.reason) && !running.has(name))
        last.set(name, { message: event.message, node: event.node })
    }
    const found = [...last].flatMap(([name, { message, node }]) => {
      const reason = sandboxReason(message)
      return reason === null ? [] : [{ name, message, node, reason, network: networkIn(message) }]
    })
    if (found.length === 0 && pods === undefined) return { status: 'skip', summary: 'No event of a failed pod sandbox' }
    const findings = found.map(
      ({ name, message, node, reason, network }): Finding => ({
        subject: name,
        status: 'fail',
        ...(node === null ? {} : { nodes: [node] }),
        summary: `${name}${node ? ` on ${node}` : ''}${network ? `, network ${network}` : ''}: ${reason.words} (${innermost(message)})`,
      }),
    )
    const first = found[0]
    return fromFindings(findings, 'No pod waits for its network set-up', {
      reason: first?.reason.id ?? 'sandbox-failed',
      params: { kind: first?.reason.id ?? '' },
      evidence: [
        {
          kind: 'lines',
          title: 'Events',
          source: 'events',
          lines: found.slice(0, 5).map((each) => ({ text: each.message, mark: true })),
        },
      ],
      fix: [
        { text: first?.reason.fix ?? 'Read the event', risk: 'restart-pods' },
        {
          text: 'See the events of the pod',
          command: sh`kubectl -n ${partsOf(first?.name ?? '').namespace} describe pod ${partsOf(first?.name ?? '').name}`,
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    { name: 'no such event', facts: { events: [], pods: [examplePod()] }, status: 'pass' },
    {
      name: 'no device',
      facts: {
        events: [
          sandbox(
            'error adding container to network "ibp24s0-net": plugin type="ib-sriov" failed (add): load config: vf pci addr is required',
          ),
        ],
      },
      status: 'fail',
    },
    {
      name: 'the pod runs by now',
      facts: {
        events: [sandbox('plugin type="multus" failed (add): error getting pod: Unauthorized')],
        pods: [examplePod()],
      },
      status: 'pass',
    },
    {
      name: 'another event',
      facts: { events: [exampleEvent('Pulled', 'worker-0', 'x', { kind: 'Pod' })] },
      status: 'skip',
    },
  ],
})

function sandbox(message: string) {
  return exampleEvent(
    'FailedCreatePodSandBox',
    'worker-0',
    `Failed to create pod sandbox: failed to setup network for sandbox: ${message}`,
    { kind: 'Pod', objectNamespace: 'default' },
  )
}

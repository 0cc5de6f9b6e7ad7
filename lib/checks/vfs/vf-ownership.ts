import { check, type Detail, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleState } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { pfRows } from '@/lib/k8s/pf-rows'
import { examplePod } from '@/lib/k8s/pod-examples'
import { askedOf, heldTwice, heldVfs } from '@/lib/k8s/vf-owners'
import { sh } from '@/lib/shell'

/** Which pod holds which VF, and how many of each rail are free. */
export default check({
  id: 'vf-ownership',
  level: 'vfs',
  title: { pass: 'Each VF belongs to one pod at most', fail: 'A VF is held by more than one pod' },
  why: 'A VF is handed to one pod and stays with it until the pod is gone. Two pods with the same one means that the device plugin or the CNI lost track: the second takes the link from the first.',
  refs: [
    'CHECKS §5 (VF → pod, free VFs per rail)',
    'research/peers.md §2 row 48',
    'k8s-formats §0.9 (free = allocatable − requests)',
  ],
  needs: ['nodeStates', 'pods'],
  after: [],
  run({ nodeStates, pods }) {
    const rows = nodeStates.flatMap(pfRows).filter((row) => row.created > 0)
    if (rows.length === 0) return { status: 'skip', summary: 'No VF exists on this node' }
    const here = pods.filter((pod) => pod.deleted === null && (pod.phase === 'Running' || pod.phase === 'Pending'))
    const held = heldVfs(here)
    const twice = heldTwice(held)
    const unread = here.filter((pod) => pod.hasNetworkStatus && pod.networkStatus === null).length
    if (twice.length === 0 && unread > 0) return lacking(`the network-status of ${unread} pods here cannot be read`)
    const rails = rows.map((row) => ({ label: row.label, created: row.created, asked: askedOf(row, here) }))
    const evidence: Detail[] = [
      {
        kind: 'table',
        title: 'VFs of each rail',
        columns: ['Rail', 'VFs', 'Asked by pods', 'Free'],
        rows: rails.map(({ label, created, asked }) => ({ cells: [label, created, asked, created - asked] })),
      },
    ]
    if (held.length > 0)
      evidence.push({
        kind: 'table',
        title: 'Who holds which VF',
        columns: ['VF', 'RDMA device', 'Pod', 'Interface'],
        rows: held.map((one) => ({
          cells: [one.pci, one.rdmaDevice, one.pod, one.interface],
          deviates: twice.some(({ pci }) => pci === one.pci),
        })),
      })
    const findings = twice.map(({ pci, pods: of }): Finding => {
      return { subject: pci, status: 'warn', summary: `${pci} is held by ${naming(of)}, expected one pod` }
    })
    const [created, asked] = [sum(rails.map((rail) => rail.created)), sum(rails.map((rail) => rail.asked))]
    const good = `${asked} of ${created} VFs are asked by pods, ${held.length} are seen in ${new Set(held.map((one) => one.pod)).size} pods, none twice`
    if (twice.length === 0) return { status: 'pass', summary: good, evidence }
    return fromFindings(findings, good, {
      evidence,
      reason: 'vf-held-twice',
      fix: [
        {
          text: 'Delete the younger pod: its replacement gets a VF of its own',
          command: sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${nodeStates[0]?.node ?? ''}`}`,
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'one pod, one VF', facts: { nodeStates: [exampleState()], pods: [examplePod()] }, status: 'pass' },
    {
      name: 'two pods with one VF',
      facts: { nodeStates: [exampleState()], pods: [examplePod(), examplePod({ name: 'worker-1' })] },
      status: 'warn',
    },
    {
      name: 'one pod cannot be read',
      facts: {
        nodeStates: [exampleState()],
        pods: [examplePod(), examplePod({ name: 'worker-1', networkStatus: null })],
      },
      status: 'lacking',
    },
    {
      name: 'no VFs',
      facts: { nodeStates: [exampleState({ pfs: [examplePf('ibp24s0', '0000:18:00.0', 8, 0)] })], pods: [] },
      status: 'skip',
    },
  ],
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

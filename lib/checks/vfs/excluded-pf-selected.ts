import { check, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { pfRows } from '@/lib/k8s/pf-rows'

/** PCI device ids of the NICs inside BlueField-1, -2 and -3 (pci.ids). A SuperNIC has the same id as a DPU. */
const BLUEFIELD: ReadonlySet<string> = new Set(['a2d2', 'a2d6', 'a2dc'])

export default check({
  id: 'excluded-pf-selected',
  level: 'vfs',
  title: { pass: 'SR-IOV policies take fabric NICs only', fail: 'SR-IOV policy takes a NIC that is no rail' },
  why: 'A broad selector (vendor only) also catches storage or management BlueField cards, mezzanine and out-of-band ports: the operator then refuses in DPU mode, or reboots the node for a NIC nobody wanted.',
  refs: ['k8s-formats §2 (DPU mode), §3.4', 'peers.md §8.7'],
  needs: ['nodeStates'],
  after: [],
  run({ nodeStates }, { profile }) {
    if (nodeStates.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    const excluded = new Set(profile?.notRails?.value.map((id) => id.replace(/^15b3:/, '')) ?? [])
    const findings = nodeStates.flatMap((state): Finding[] => {
      const rows = pfRows(state).filter((row) => row.wanted > 0 && row.state !== null)
      return rows.map((row) => {
        const device = row.state?.deviceId ?? ''
        const policies = distinct(row.spec.vfGroups.flatMap((group) => group.policyName ?? []))
        const others = rows.filter(
          (each) =>
            each !== row &&
            !BLUEFIELD.has(each.state?.deviceId ?? '') &&
            each.spec.vfGroups.some((group) => policies.includes(group.policyName ?? '')),
        )
        const words = `${state.node} ${row.label}: device 15b3:${device} is taken by policy ${naming(policies) || 'unnamed'}`
        if (excluded.has(device))
          return {
            subject: row.spec.pci,
            status: 'fail',
            summary: `${words}, but this platform’s rails exclude it (profile ${profile?.id ?? ''})`,
          }
        if (BLUEFIELD.has(device) && others.length > 0)
          return {
            subject: row.spec.pci,
            status: 'warn',
            summary: `${words} together with ${others.length} other NIC(s): a BlueField in DPU mode refuses the change`,
          }
        return { subject: row.spec.pci, status: 'pass', summary: `${words}` }
      })
    })
    if (findings.length === 0) return { status: 'skip', summary: 'No policy takes a PF of this node' }
    return fromFindings(findings, `${findings.length} PFs taken by policies, none of an excluded kind`, {
      reason: 'excluded-pf-selected',
      fix: [
        {
          text: 'Narrow the policy’s nicSelector: name the rails in pfNames, or add the deviceID of the fabric NICs',
          risk: 'drain',
        },
      ],
    })
  },
  examples: [
    { name: 'rails only', facts: { nodeStates: [exampleState()] }, status: 'pass' },
    {
      name: 'a BlueField caught with a rail',
      facts: {
        nodeStates: [
          exampleState({
            specs: [caught('0000:18:00.0'), caught('0000:29:00.0')],
            pfs: [examplePf('a', '0000:18:00.0', 8, 8), { ...examplePf('b', '0000:29:00.0', 8, 0), deviceId: 'a2dc' }],
          }),
        ],
      },
      status: 'warn',
    },
    { name: 'nothing taken', facts: { nodeStates: [exampleState({ specs: [] })] }, status: 'skip' },
  ],
})

function caught(pci: string) {
  const spec = exampleSpec('all', pci, 8)
  return { ...spec, vfGroups: spec.vfGroups.map((group) => ({ ...group, policyName: 'everything' })) }
}

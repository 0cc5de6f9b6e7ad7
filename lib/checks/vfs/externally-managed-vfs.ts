import { check, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleSpec, exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { pfRows } from '@/lib/k8s/pf-rows'

export default check({
  id: 'externally-managed-vfs',
  level: 'vfs',
  title: { pass: 'Externally managed VFs are enough', fail: 'Externally managed PF has too few VFs' },
  why: 'With externallyManaged the operator changes neither firmware nor sriov_numvfs: whoever made the VFs must have made enough. More than asked is no fault and needs no reboot.',
  refs: ['k8s-formats §0.2, §2 (externallyManaged)', 'sriov-network-operator doc/externally-manage-pf.md'],
  needs: ['nodeStates'],
  after: [],
  run({ nodeStates }) {
    if (nodeStates.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    const rows = nodeStates.flatMap((state) =>
      pfRows(state)
        .filter((row) => row.spec.externallyManaged)
        .map((row) => ({ ...row, node: state.node })),
    )
    if (rows.length === 0) return { status: 'skip', summary: 'No PF is externally managed' }
    const findings = rows.map((row): Finding => {
      const values = `policy asks ${row.wanted} VFs, ${row.created} exist, firmware allows ${row.total ?? 'none'}`
      const status = row.state === null ? 'warn' : row.wanted > row.created ? 'fail' : 'pass'
      return {
        subject: row.spec.pci,
        status,
        summary: `${row.node} ${row.label}: ${row.state === null ? 'not in the node state’s status' : values}`,
      }
    })
    const sample = rows[0]
    return fromFindings(
      findings,
      `${rows.length} externally managed PF(s) have enough VFs (${sample?.label ?? ''}: ${sample?.created ?? 0} exist, ${sample?.wanted ?? 0} asked); no firmware change is needed`,
      {
        reason: 'externally-managed-vfs',
        fix: [
          {
            text: 'Create more VFs where they are made (systemd unit, nmstate, driver option), or lower numVfs in the policy',
            risk: 'config',
          },
        ],
      },
    )
  },
  examples: [
    {
      name: '16 made, 4 used',
      facts: {
        nodeStates: [exampleState({ specs: [external(4)], pfs: [examplePf('ens1f0', '0000:3b:00.0', 16, 16)] })],
      },
      status: 'pass',
    },
    {
      name: 'fewer made than asked',
      facts: {
        nodeStates: [exampleState({ specs: [external(8)], pfs: [examplePf('ens1f0', '0000:3b:00.0', 16, 4)] })],
      },
      status: 'fail',
    },
    { name: 'none', facts: { nodeStates: [exampleState()] }, status: 'skip' },
  ],
})

function external(numVfs: number) {
  return { ...exampleSpec('ens1f0', '0000:3b:00.0', numVfs), externallyManaged: true }
}

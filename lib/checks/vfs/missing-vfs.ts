import { check, lacking } from '@/lib/check'
import { exampleNodeState, examplePf, examplePfState, exampleSriov, exampleVf } from '@/lib/examples/functions'
import { brokenVerdict } from '@/lib/rules/missing-vfs'
import { cellsOf, usualCount, VF_COLUMNS, vfRow } from '@/lib/rules/vf-row'
import { sriovOfState } from '@/lib/rules/wanted-vfs'

/** Fewer VFs than wanted; the first place where the row from policy to VF links breaks is named. */
export default check({
  id: 'missing-vfs',
  level: 'vfs',
  title: { pass: 'All wanted VFs exist', fail: 'VFs are missing' },
  why: 'Every rail resource of the node is made of VFs. The count travels from policy over firmware and kernel to the device links; where it first breaks decides what to repair.',
  refs: [
    'research/host-formats.md §7',
    'research/k8s-formats.md §1, §2',
    'kernel Documentation/ABI/testing/sysfs-bus-pci',
  ],
  needs: [],
  wants: ['sriov', 'nodeStates', 'customResourceDefinitions', 'nicFirmware'],
  anyOf: ['sriov', 'nodeStates'],
  after: ['pending-vf-count', 'vf-count-below-policy', 'sriov-capability-unusable'],
  run({ sriov: read, ...view }, { node }) {
    const sriov = read ?? sriovOfState(view.nodeStates?.length === 1 ? view.nodeStates[0] : undefined)
    if (sriov === null) return lacking('neither the node nor the SR-IOV operator has reported its PFs')
    if (sriov.pfs.length === 0)
      return sriov.complete === false
        ? lacking('the list of PFs is cut')
        : { status: 'skip', summary: 'No NVIDIA PF on this node' }
    const rows = sriov.pfs.map((pf) => vfRow(pf, view, usualCount(pf, sriov.pfs)))
    const broken = rows.filter((row) => row.broken !== null)
    const evidence = [
      {
        kind: 'table' as const,
        title: 'VFs from policy to links',
        columns: VF_COLUMNS,
        rows: rows.map((row) => ({ cells: cellsOf(row), deviates: row.broken !== null })),
      },
    ]
    if (broken.length > 0) return { ...brokenVerdict(broken, rows.length, node), evidence }
    const untold = rows.filter(
      (row) => row.created === null && (row.wanted === null || row.wanted > 0) && row.links === null,
    )
    if (untold.length > 0) return lacking(`${untold.map((row) => row.pf).join(', ')}: sriov_numvfs was not shown`)
    if (sriov.complete === false) return lacking('the list of PFs is cut')
    const made = rows.reduce((sum, row) => sum + (row.links ?? row.created ?? 0), 0)
    const wanted = rows.filter((row) => (row.wanted ?? 0) > 0)
    if (wanted.length > 0)
      return {
        status: 'pass',
        summary: `${made} VFs exist; all ${wanted.length} PFs with a policy have the VFs it wants`,
        evidence,
      }
    if (rows.some((row) => row.wanted === null))
      return lacking(`${made} VFs exist; what policies want is not known (no SR-IOV node state was read)`)
    if (made === 0) return { status: 'skip', summary: 'No policy wants VFs on this node' }
    return { status: 'pass', summary: `${made} VFs exist as sriov_numvfs says; no policy wants others`, evidence }
  },
  examples: [
    {
      name: 'two of two',
      facts: { sriov: exampleSriov(examplePf()), nodeStates: [exampleNodeState(2)] },
      status: 'pass',
    },
    {
      name: 'policy wants 8, none made',
      facts: { sriov: exampleSriov(examplePf({ numVfs: 0, vfs: [] })), nodeStates: [exampleNodeState(8)] },
      status: 'fail',
    },
    {
      name: 'policy wants 8, two made',
      facts: { sriov: exampleSriov(examplePf()), nodeStates: [exampleNodeState(8)] },
      status: 'fail',
    },
    {
      name: 'two made, policies not known',
      facts: { sriov: exampleSriov(examplePf()) },
      status: 'lacking',
    },
    {
      name: 'two counted, one linked',
      facts: { sriov: exampleSriov(examplePf({ vfs: [exampleVf(0)] })) },
      status: 'fail',
    },
    {
      name: 'no policy for this node',
      facts: { sriov: exampleSriov(examplePf({ numVfs: 0, vfs: [] })), nodeStates: [exampleNodeState(0)] },
      status: 'skip',
    },
    {
      name: 'one PF behind its siblings',
      facts: {
        sriov: exampleSriov(
          ...['18', '2a', '3a'].map((bus, at) =>
            examplePf({ pci: `0000:${bus}:00.0`, ...(at === 2 ? { numVfs: 0, vfs: [] } : {}) }),
          ),
        ),
      },
      status: 'fail',
    },
    {
      name: 'seen by the operator only: 8 wanted, none made',
      facts: { nodeStates: [exampleNodeState(8, { pfs: [{ ...examplePfState(0), totalVfs: 16 }] })] },
      status: 'fail',
    },
  ],
})

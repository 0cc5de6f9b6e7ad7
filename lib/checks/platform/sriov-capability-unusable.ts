import { pfLabel } from '@/collectors/node/sriov/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleNodeState, examplePf, exampleSriov } from '@/lib/examples/functions'
import { sriovOfState, wantedVfs } from '@/lib/rules/wanted-vfs'
import { sh } from '@/lib/shell'

/** A PF on which the kernel offers no VF: capability absent, or `sriov_totalvfs` 0. */
export default check({
  id: 'sriov-capability-unusable',
  level: 'platform',
  title: { pass: 'PFs offer SR-IOV', fail: 'A PF offers no VFs' },
  why: 'The kernel shows the SR-IOV capability that BIOS and the running NIC firmware offer. Without it, or with 0 VFs, no operator can create a VF: SR-IOV is off in BIOS or SRIOV_EN / NUM_OF_VFS is off in firmware.',
  refs: ['research/host-formats.md §7', 'kernel Documentation/ABI/testing/sysfs-bus-pci: sriov_totalvfs'],
  needs: [],
  wants: ['sriov', 'nodeStates', 'customResourceDefinitions'],
  anyOf: ['sriov', 'nodeStates'],
  after: [],
  run({ sriov: read, ...view }) {
    const sriov = read ?? sriovOfState(view.nodeStates?.length === 1 ? view.nodeStates[0] : undefined)
    if (sriov === null) return lacking('neither the node nor the SR-IOV operator has reported its PFs')
    if (sriov.pfs.length === 0)
      return sriov.complete === false
        ? lacking('the list of PFs is cut')
        : { status: 'skip', summary: 'No NVIDIA PF on this node' }
    const judged = sriov.pfs.map((pf) => {
      const wanted = wantedVfs(pf.pci, view)
      const siblings = sriov.pfs.some(
        (other) =>
          typeof pf.deviceId === 'string' &&
          other.deviceId === pf.deviceId &&
          other.linkLayer === pf.linkLayer &&
          (other.totalVfs ?? 0) > 0,
      )
      const dead = pf.totalVfs === 0 || (pf.totalVfs === null && pf.capable === false)
      const needed = wanted === 'none' ? false : typeof wanted === 'object' || pf.totalVfs === 0 || siblings
      return { pf, usable: (pf.totalVfs ?? 0) > 0, dead, needed, idle: wanted === 'none' }
    })
    const bad = judged.filter(({ dead, needed }) => dead && needed)
    if (bad.length > 0) {
      const findings = bad.map(
        ({ pf }): Finding => ({
          subject: pfLabel(pf),
          status: 'fail',
          summary: pf.totalVfs === 0 ? 'sriov_totalvfs is 0' : 'the function has no SR-IOV capability',
        }),
      )
      return {
        status: 'fail',
        summary: `${bad.length} of ${judged.length} PFs offer no VFs: ${findings.map((each) => `${each.subject} ${each.summary}`).join('; ')}`,
        findings,
        fix: [
          ...bad.slice(0, 8).map(({ pf }) => ({
            text: 'See whether firmware has SR-IOV on (SRIOV_EN True, NUM_OF_VFS > 0 under Current)',
            command: sh`mstconfig -d ${pfLabel(pf)} -e q SRIOV_EN NUM_OF_VFS`,
            risk: 'none' as const,
          })),
          {
            text: 'If it is on in firmware: enable SR-IOV (and ARI, 64-bit MMIO) in the BIOS',
            risk: 'reboot',
            minutes: 20,
            verify: 'sriov_totalvfs equals NUM_OF_VFS under Current',
          },
        ],
        reason: 'sriov-capability-unusable',
        params: { pfs: bad.length },
      }
    }
    const open = judged.filter(({ usable, dead, idle }) => !usable && !idle && (dead || sriov.complete !== undefined))
    const untold = judged.filter(({ usable, dead, idle }) => !usable && !dead && !idle)
    if (untold.length > 0)
      return lacking(`${untold.map(({ pf }) => pfLabel(pf)).join(', ')}: sriov_totalvfs was not shown`)
    if (open.length > 0)
      return lacking(
        `${open.map(({ pf }) => pfLabel(pf)).join(', ')} without SR-IOV capability; whether VFs are wanted is not known (no SR-IOV node state was read)`,
      )
    if (sriov.complete === false) return lacking('the list of PFs is cut')
    const usable = judged.filter((each) => each.usable)
    if (usable.length === 0) return { status: 'skip', summary: 'No policy wants VFs of the PFs of this node' }
    return {
      status: 'pass',
      summary: `${usable.length} of ${judged.length} PFs offer VFs (sriov_totalvfs ${[...new Set(usable.map(({ pf }) => pf.totalVfs))].join(', ')}); the others are not wanted by any policy`,
    }
  },
  examples: [
    { name: 'eight offered', facts: { sriov: exampleSriov(examplePf()) }, status: 'pass' },
    {
      name: 'none offered',
      facts: { sriov: exampleSriov(examplePf({ totalVfs: 0, numVfs: 0, vfs: [] })) },
      status: 'fail',
    },
    {
      name: 'no capability, VFs wanted',
      facts: {
        sriov: exampleSriov(examplePf({ totalVfs: null, numVfs: null, vfs: [], capable: false })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'fail',
    },
    {
      name: 'no capability, nothing wanted',
      facts: {
        sriov: exampleSriov(examplePf({ totalVfs: null, numVfs: null, vfs: [], capable: false })),
        nodeStates: [exampleNodeState(0)],
      },
      status: 'skip',
    },
    {
      name: 'no capability, nothing known',
      facts: { sriov: exampleSriov(examplePf({ totalVfs: null, numVfs: null, vfs: [], capable: false })) },
      status: 'lacking',
    },
  ],
})

import { check, type Finding } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { sh } from '@/lib/shell'

const BUSY = /NV access register|NVQC access register|access to NV registers/

/** Adapters whose NV registers did not answer, also when asked once more alone. */
export default check({
  id: 'firmware-tool-contention',
  level: 'drivers',
  title: { pass: 'Firmware tools reach every adapter', fail: 'Firmware registers of an adapter do not answer' },
  why: 'Firmware tools lock the adapter: two at once make one fail with "NV access registers". The SR-IOV operator then stays InProgress without an error in its state. If it fails alone too, the adapter or its access is at fault.',
  refs: ['research/host-formats.md §1.7, §3', 'research/k8s-formats.md §3.2'],
  needs: ['nicFirmware'],
  after: [],
  run({ nicFirmware }) {
    const busy = nicFirmware.unread.filter(({ error }) => BUSY.test(error))
    if (busy.length > 0) {
      const findings = busy.map(
        ({ pci, error }): Finding => ({ subject: pci ?? 'an adapter', status: 'warn', summary: error }),
      )
      return {
        status: 'warn',
        summary: `${busy.length} adapters did not answer twice (${findings.map((each) => each.subject).join(', ')}): ${busy[0]?.error}`,
        findings,
        fix: [
          {
            text: 'See who else runs firmware tools now: mst, mlxconfig or mstconfig jobs, monitoring agents, the operator itself',
            command: 'pgrep -af "mst|mlxconfig|mstconfig|flint|mlxlink"',
            risk: 'none',
          },
          {
            text: 'Ask once more alone',
            command: sh`mstconfig -d ${busy[0]?.pci ?? 'PCI'} -e q`,
            risk: 'none',
            verify: 'the table is printed',
          },
        ],
        reason: 'nv-access-registers',
        params: { count: busy.length },
      }
    }
    if (nicFirmware.devices.length === 0) return { status: 'skip', summary: 'No adapter was found' }
    return {
      status: 'pass',
      summary: `${nicFirmware.devices.length} adapters answered firmware queries without a conflict`,
    }
  },
  examples: [
    {
      name: 'all answered',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8' })) },
      status: 'pass',
    },
    {
      name: 'one did not',
      facts: {
        nicFirmware: {
          ...exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8' })),
          unread: [{ pci: '0000:c0:00.0', error: 'Error when trying to check if NV access registers are supported' }],
        },
      },
      status: 'warn',
    },
    { name: 'no adapter', facts: { nicFirmware: exampleFirmware() }, status: 'skip' },
  ],
})

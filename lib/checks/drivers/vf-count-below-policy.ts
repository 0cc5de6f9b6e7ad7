import { check, type Finding, lacking } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { exampleNodeState } from '@/lib/examples/functions'
import { firmwareVfs } from '@/lib/rules/vf-row'
import { wantedOfCard } from '@/lib/rules/wanted-vfs'
import { sh } from '@/lib/shell'

/** Firmware offers fewer VFs than a policy wants, and nothing is pending that would change it. */
export default check({
  id: 'vf-count-below-policy',
  level: 'drivers',
  title: { pass: 'Firmware offers the VFs that policies want', fail: 'Firmware offers fewer VFs than a policy wants' },
  why: 'The operator writes NUM_OF_VFS itself, unless the policy says that VFs are managed elsewhere or firmware tools are blocked. When nothing is pending and the count is too low, waiting or rebooting changes nothing.',
  refs: ['research/k8s-formats.md §2', 'host-formats §3', 'sriov-network-operator pkg/plugins/mellanox'],
  needs: ['nicFirmware', 'nodeStates'],
  after: [],
  run({ nicFirmware, nodeStates }) {
    if (nodeStates.length > 1)
      return lacking('node states of several nodes are there and nothing says which is this one')
    const cards = [
      ...new Set(
        (nodeStates[0]?.specs ?? []).flatMap((spec) =>
          (spec.numVfs ?? 0) > 0 ? [spec.pci.slice(0, spec.pci.lastIndexOf('.'))] : [],
        ),
      ),
    ]
    if (cards.length === 0) return { status: 'skip', summary: 'No policy wants VFs on this node' }
    const rows = cards.map((card) => ({
      pci: `${card}.0`,
      wanted: wantedOfCard(`${card}.0`, { nodeStates }) ?? 0,
      ...firmwareVfs(`${card}.0`, nicFirmware),
    }))
    const low = rows.filter(
      (row) => row.next !== null && row.current !== null && row.current < row.wanted && row.next < row.wanted,
    )
    if (low.length > 0) {
      const findings = low.map(
        (row): Finding => ({
          subject: row.pci,
          status: 'fail',
          summary: `firmware offers ${row.current} VFs now and ${row.next} at next boot, the policy wants ${row.wanted}`,
        }),
      )
      return {
        status: 'fail',
        summary: `${low.length} of ${rows.length} adapters: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: [
          {
            text: 'Read why the config daemon did not write it',
            command: 'kubectl logs -A -l app=sriov-network-config-daemon --tail=200 | grep -i mstconfig',
            risk: 'none',
          },
          ...low.slice(0, 8).map((row) => ({
            text: 'Write it by hand, then restart the NIC firmware',
            command: sh`mstconfig -d ${row.pci} -y set SRIOV_EN=True ${`NUM_OF_VFS=${row.wanted}`}`,
            risk: 'config' as const,
            verify: `Current shows ${row.wanted} after the restart`,
          })),
          { text: `Or lower numVfs of the policy to what firmware offers (${low[0]?.current})`, risk: 'drain' },
        ],
        reason: 'vf-count-below-policy',
        params: { offered: low[0]?.current ?? 0, wanted: low[0]?.wanted ?? 0 },
      }
    }
    const unknown = rows.filter((row) => row.current === null || row.next === null)
    if (unknown.length > 0)
      return lacking(`${unknown.map((row) => row.pci).join(', ')}: the VF count in firmware is not known`)
    return {
      status: 'pass',
      summary: `Firmware offers (${rows.map((row) => row.current).join(', ')}), or will offer at next boot, the VFs that policies want (${rows.map((row) => row.wanted).join(', ')})`,
    }
  },
  examples: [
    {
      name: '8 offered, 8 wanted',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8', SRIOV_EN: 'True(1)' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'pass',
    },
    {
      name: '4 offered, 8 wanted',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '4', SRIOV_EN: 'True(1)' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'fail',
    },
    {
      name: 'pending is another check',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: ['4', '8'], SRIOV_EN: 'True(1)' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'pass',
    },
    {
      name: 'adapter not read',
      facts: { nicFirmware: exampleFirmware(), nodeStates: [exampleNodeState(8)] },
      status: 'lacking',
    },
  ],
})

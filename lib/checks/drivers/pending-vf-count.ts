import { check } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { judgePending } from '@/lib/rules/pending'

const NAMES = /^(?:NUM_OF_VFS|SRIOV_EN|PF_NUM_OF_VF|PF_NUM_OF_VF_VALID)$/

/** Current ≠ Next Boot in a parameter that decides how many VFs the firmware offers. */
export default check({
  id: 'pending-vf-count',
  level: 'drivers',
  title: { pass: 'VF count is active in NIC firmware', fail: 'VF count waits for a restart of the NIC firmware' },
  why: 'The number of VFs is read by the NIC firmware when the firmware itself boots. Until then the SR-IOV operator cannot create the VFs it wants, and on platforms whose BMC keeps NIC power a plain reboot changes nothing: nodes go round in a reboot loop.',
  refs: [
    'research/host-formats.md §2',
    'research/k8s-formats.md §2',
    'Mellanox/mstflint mlxconfig/mlxcfg_ui.cpp',
    'Mellanox/network-operator-docs: NIC firmware configuration, platforms with external BMC',
  ],
  needs: ['nicFirmware'],
  wants: ['nicReset', 'host', 'bootHistory'],
  after: [],
  run: (facts, context) =>
    judgePending({ names: NAMES, required: [/^NUM_OF_VFS$/, /^SRIOV_EN$/], subject: 'VF count' }, facts, context),
  examples: [
    {
      name: '8 now and at next boot',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8', SRIOV_EN: 'True(1)' })) },
      status: 'pass',
    },
    {
      name: '16 now, 8 at next boot',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: ['16', '8'], SRIOV_EN: 'True(1)' })) },
      status: 'fail',
    },
    {
      name: 'SR-IOV off until next boot',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8', SRIOV_EN: ['False(0)', 'True(1)'] })) },
      status: 'fail',
    },
    {
      name: 'queried without -e',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: [null, '8'] }, { pending: null, columns: ['next'] })),
      },
      status: 'lacking',
    },
    { name: 'no adapter', facts: { nicFirmware: exampleFirmware() }, status: 'skip' },
  ],
})

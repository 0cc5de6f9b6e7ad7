import { cellNumber, deviceLabel, param } from '@/collectors/node/mstconfig/facts'
import { check } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { judgePending } from '@/lib/rules/pending'

/** Current ≠ Next Boot in LINK_TYPE_P1/P2: the port will come up as the other protocol. */
export default check({
  id: 'pending-link-type',
  level: 'drivers',
  title: { pass: 'Link type is active in NIC firmware', fail: 'Link type waits for a restart of the NIC firmware' },
  why: 'LINK_TYPE decides whether a port speaks InfiniBand or Ethernet, and is read when the NIC firmware boots. Until then the port runs the old protocol; after an unplanned restart it changes under the workload.',
  refs: [
    'research/host-formats.md §2.1, §2.3',
    'research/k8s-formats.md §2',
    'Mellanox/mstflint mlxconfig/mlxcfg_ui.cpp',
  ],
  needs: ['nicFirmware'],
  wants: ['nicReset', 'host', 'bootHistory'],
  after: [],
  run(facts, context) {
    // Adapters of one protocol only have no LINK_TYPE row: they have nothing to wait for.
    const fixed = facts.nicFirmware.devices.filter(
      (device) =>
        param(device, 'LINK_TYPE_P1') === undefined && cellNumber(param(device, 'SRIOV_EN')?.current) !== null,
    )
    const judged = facts.nicFirmware.devices.filter((device) => !fixed.includes(device))
    if (
      fixed.length > 0 &&
      judged.length === 0 &&
      facts.nicFirmware.complete !== false &&
      facts.nicFirmware.unread.length === 0
    ) {
      return {
        status: 'skip',
        summary: `${fixed.map(deviceLabel).join(', ')}: the firmware has no LINK_TYPE parameter, the protocol is fixed`,
      }
    }
    const nicFirmware = { ...facts.nicFirmware, devices: judged }
    return judgePending(
      { names: /^LINK_TYPE_P\d$/, required: [/^LINK_TYPE_P1$/], subject: 'link type' },
      { ...facts, nicFirmware },
      context,
    )
  },
  examples: [
    {
      name: 'InfiniBand now and at next boot',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ LINK_TYPE_P1: 'IB(1)' })) },
      status: 'pass',
    },
    {
      name: 'Ethernet now, InfiniBand at next boot',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ LINK_TYPE_P1: ['ETH(2)', 'IB(1)'] })) },
      status: 'fail',
    },
    {
      name: 'queried without -e',
      facts: {
        nicFirmware: exampleFirmware(
          exampleAdapter({ LINK_TYPE_P1: [null, 'IB(1)'] }, { pending: null, columns: ['next'] }),
        ),
      },
      status: 'lacking',
    },
    {
      name: 'Ethernet-only adapter',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ SRIOV_EN: 'True(1)' })) },
      status: 'skip',
    },
  ],
})

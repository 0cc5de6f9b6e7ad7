import { deviceLabel } from '@/collectors/node/mstconfig/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { exampleNodeState } from '@/lib/examples/functions'
import { wantedVfs } from '@/lib/rules/wanted-vfs'

const BLUEFIELD = { type: 'BlueField3', device: '0000:18:00.0', pci: '0000:18:00.0' }

/** A BlueField in DPU mode that a host policy selects. */
export default check({
  id: 'dpu-mode-nic',
  level: 'drivers',
  title: { pass: 'No BlueField in DPU mode is selected by a policy', fail: 'A policy selects a BlueField in DPU mode' },
  why: 'In DPU mode the Arm side owns the adapter: the SR-IOV operator refuses to change its firmware, and a host reboot does not restart it. The whole node then stays InProgress because of one adapter that is not a rail.',
  refs: [
    'research/k8s-formats.md §2',
    'research/host-formats.md §3 (bluefield-mode)',
    'sriov-network-operator pkg/vendors/mellanox',
  ],
  needs: ['nicFirmware'],
  wants: ['nodeStates', 'customResourceDefinitions'],
  after: [],
  run({ nicFirmware, ...view }) {
    const cards = nicFirmware.devices.filter(
      (device) => /^BlueField/i.test(device.type ?? '') || device.bluefieldMode !== null,
    )
    const dpus = cards
      .filter((device) => device.bluefieldMode === 'dpu')
      .map((device) => ({ device, wanted: wantedVfs(device.pci, view) }))
    const selected = dpus.filter(({ wanted }) => typeof wanted === 'object')
    if (selected.length > 0) {
      return {
        status: 'fail',
        summary: `${selected.map(({ device }) => deviceLabel(device)).join(', ')} is in DPU mode (INTERNAL_CPU_OFFLOAD_ENGINE ENABLED) and a policy wants VFs of it`,
        findings: selected.map(
          ({ device, wanted }): Finding => ({
            subject: deviceLabel(device),
            status: 'fail',
            summary: `DPU mode, ${typeof wanted === 'object' ? wanted.spec.numVfs : ''} VFs wanted`,
          }),
        ),
        fix: [
          {
            text: 'Narrow nicSelector of the policy so that it leaves out the BlueField',
            command: 'kubectl get sriovnetworknodepolicies -A -o yaml',
            risk: 'config',
          },
          {
            text: 'Or bring the BlueField into NIC mode: set it, restart its Arm side, power cycle the host',
            risk: 'power-cycle',
            minutes: 30,
            verify: 'INTERNAL_CPU_OFFLOAD_ENGINE shows DISABLED(1) under Current',
          },
        ],
        reason: 'dpu-mode-nic',
        params: { count: selected.length },
      }
    }
    if (nicFirmware.devices.length === 0) return { status: 'skip', summary: 'No adapter was found' }
    if (nicFirmware.unread.length > 0) return lacking('not every adapter was read')
    if (cards.length === 0)
      return { status: 'skip', summary: `No BlueField among ${nicFirmware.devices.length} adapters` }
    if (dpus.some(({ wanted }) => wanted === 'unknown'))
      return lacking(
        `${dpus.map(({ device }) => deviceLabel(device)).join(', ')} is in DPU mode; whether a policy selects it is not known`,
      )
    const unknown = cards.filter((device) => device.bluefieldMode === null)
    if (unknown.length > 0 && dpus.length === 0)
      return lacking(
        `${unknown.map(deviceLabel).join(', ')}: the mode does not follow from the INTERNAL_CPU_* parameters shown`,
      )
    return {
      status: 'pass',
      summary: `${cards.length} BlueField: ${cards.map((device) => `${deviceLabel(device)} ${device.bluefieldMode ?? 'mode not known'}`).join(', ')}; none in DPU mode is selected by a policy`,
    }
  },
  examples: [
    {
      name: 'NIC mode',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({}, { ...BLUEFIELD, bluefieldMode: 'nic' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'pass',
    },
    {
      name: 'DPU mode, selected',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({}, { ...BLUEFIELD, bluefieldMode: 'dpu' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'fail',
    },
    {
      name: 'DPU mode, not selected',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({}, { ...BLUEFIELD, bluefieldMode: 'dpu' })),
        nodeStates: [exampleNodeState(0)],
      },
      status: 'pass',
    },
    {
      name: 'DPU mode, policies not known',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({}, { ...BLUEFIELD, bluefieldMode: 'dpu' })) },
      status: 'lacking',
    },
    { name: 'no BlueField', facts: { nicFirmware: exampleFirmware(exampleAdapter({})) }, status: 'skip' },
  ],
})

import { deviceLabel, param } from '@/collectors/node/mstconfig/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { exampleNodeState } from '@/lib/examples/functions'
import { TWO_RAILS } from '@/lib/examples/ports'
import { portOf, typeOf, wantedTypes } from '@/lib/rules/link-type'
import { sh } from '@/lib/shell'

/** LINK_TYPE in force against the fabric that a policy or the profile wants. */
export default check({
  id: 'wrong-link-type',
  level: 'drivers',
  title: { pass: 'Adapters speak the intended protocol', fail: 'An adapter is configured for the other protocol' },
  why: 'A VPI adapter whose LINK_TYPE is Ethernet never joins an InfiniBand fabric, and the reverse. The SR-IOV operator changes it only when its policy names a link type, and then wants a restart of the NIC.',
  refs: ['research/host-formats.md §3 (nic-link-type)', 'research/k8s-formats.md §2', 'seed 002'],
  needs: ['nicFirmware'],
  wants: ['nodeStates', 'customResourceDefinitions'],
  after: ['pending-link-type'],
  run({ nicFirmware, ...view }, { profile }) {
    const devices = nicFirmware.devices.filter((device) => typeOf(device) !== undefined)
    const { judged, fabric } = wantedTypes(devices, view, profile)
    const bad = judged.filter(({ device, want }) => want !== null && typeOf(device) !== want)
    if (bad.length > 0) {
      const findings = bad.map(
        ({ device, want, by }): Finding => ({
          subject: deviceLabel(device),
          status: 'fail',
          summary: `${portOf(device.pci)} is ${param(device, portOf(device.pci))?.current}, ${by} wants ${want}`,
        }),
      )
      return {
        status: 'fail',
        summary: `${bad.length} of ${devices.length} adapters: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: bad.slice(0, 8).map(({ device, want }) => ({
          text: 'Set the link type, then restart the NIC firmware',
          command: sh`mstconfig -d ${deviceLabel(device)} -y set ${`${portOf(device.pci)}=${want === 'IB' ? 1 : 2}`}`,
          risk: 'config',
          verify: 'Current shows the wanted link type after the restart',
        })),
        reason: 'wrong-link-type',
        params: { wanted: bad[0]?.want ?? '' },
      }
    }
    if (nicFirmware.unread.length > 0 || nicFirmware.complete === false) return lacking('not every adapter was read')
    if (devices.length === 0)
      return nicFirmware.devices.length === 0
        ? { status: 'skip', summary: 'No adapter was found' }
        : lacking('no adapter shows the LINK_TYPE in force')
    const told = judged.filter(({ want }) => want !== null)
    if (told.length > 0 || fabric !== null)
      return {
        status: 'pass',
        summary: `${devices.map((device) => `${deviceLabel(device)} ${typeOf(device)}`).join(', ')}: as ${told.length > 0 ? 'wanted' : `profile ${profile?.id} wants`}`,
      }
    if (judged.some(({ unknown }) => unknown))
      return lacking('neither a policy nor a profile says which protocol is intended')
    return { status: 'skip', summary: 'No policy names a link type and no profile declares the fabric' }
  },
  examples: [
    {
      name: 'InfiniBand as the policy wants',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ LINK_TYPE_P1: 'IB(1)' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'pass',
    },
    {
      name: 'Ethernet, the policy wants InfiniBand',
      facts: {
        nicFirmware: exampleFirmware(exampleAdapter({ LINK_TYPE_P1: 'ETH(2)' })),
        nodeStates: [exampleNodeState(8)],
      },
      status: 'fail',
    },
    {
      name: 'one of two rails is Ethernet',
      facts: {
        nicFirmware: exampleFirmware(
          exampleAdapter({ LINK_TYPE_P1: 'IB(1)' }),
          exampleAdapter({ LINK_TYPE_P1: 'ETH(2)' }, { pci: '0000:2a:00.0' }),
        ),
      },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'nothing declared',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ LINK_TYPE_P1: 'ETH(2)' })) },
      status: 'lacking',
    },
  ],
})

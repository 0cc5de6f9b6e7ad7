import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isVf, portState } from '@/lib/rules/rails'
import { isZeroGuid, vfGuids } from '@/lib/rules/vf-guids'

const vf = (index: number, state: string, lid: number) =>
  examplePort(index, { state, lid, portGuid: `0x02000000000000${10 + index}` }, { type: 'MT4126', vf: true })

/** VFs that have GUIDs and none of which ever gets a LID, although their PFs are Active: a hypothesis about the subnet manager. */
export default check({
  id: 'sm-virtualisation-off',
  level: 'links',
  title: { pass: 'The subnet manager serves VFs', fail: 'The subnet manager seems to ignore VFs' },
  why: 'VFs are virtual ports that a subnet manager serves only with virtualisation on (OpenSM: virt_enabled 2). Without it PFs are healthy and no VF becomes Active. A VF without GUID, or not in use yet, may be Down for other reasons, so only VFs with GUIDs count.',
  refs: ['seed 002, 004', 'research/peers.md §4.4, §8.5 (VF Down on the host is normal until assigned)'],
  needs: ['infiniband'],
  wants: ['sriov'],
  after: ['no-subnet-manager', 'zero-vf-guid', 'vf-policy-down'],
  run(facts) {
    const ports = facts.infiniband.devices.flatMap((device) =>
      device.ports.filter((port) => port.linkLayer === 'InfiniBand').map((port) => ({ device, port })),
    )
    const pfs = ports.filter(({ device, port }) => isVf(device) !== true && portState(port) === 'active')
    const vfs = ports.filter(({ device }) => isVf(device) === true)
    if (vfs.length === 0 || pfs.length === 0)
      return { status: 'skip', summary: vfs.length === 0 ? 'No InfiniBand VF was seen' : 'No InfiniBand PF is Active' }
    const active = vfs.filter(({ port }) => portState(port) === 'active')
    if (active.length > 0)
      return { status: 'pass', summary: `${active.length} of ${vfs.length} InfiniBand VFs are Active` }
    const guids = new Map(vfGuids(facts).map(({ label, port, node }) => [label, port ?? node]))
    const told = vfs.filter(({ device }) => (guids.get(device.pci ?? device.name) ?? null) !== null)
    const assigned = told.filter(({ device }) => !isZeroGuid(guids.get(device.pci ?? device.name) ?? null))
    const unserved = assigned.filter(({ port }) => portState(port) !== null && (port.lid === 0 || port.lid === 65_535))
    if (told.length === 0) return lacking(`none of ${vfs.length} VFs is Active and none shows its GUID`)
    if (unserved.length < 2 || unserved.length < assigned.length)
      return { status: 'skip', summary: `${assigned.length} of ${vfs.length} VFs have a GUID; too few to tell` }
    return {
      status: 'warn',
      summary: `${unserved.length} of ${unserved.length} VFs with a GUID have no LID although ${pfs.length} PFs are Active: the subnet manager may not serve virtual ports (hypothesis)`,
      findings: unserved.map(
        ({ device, port }): Finding => ({
          subject: device.pci ?? device.name,
          status: 'warn',
          summary: `${port.state}, LID ${port.lid}`,
        }),
      ),
      fix: [
        {
          text: 'On the subnet manager set virt_enabled 2 (OpenSM), or enable virtualisation in UFM, and let it sweep',
          command: 'grep virt_enabled /etc/opensm/opensm.conf',
          risk: 'config',
          verify: 'VFs in use become Active with a LID',
        },
      ],
      reason: 'sm-virtualisation-off',
    }
  },
  examples: [
    {
      name: 'a VF is Active',
      facts: { infiniband: examplePorts(examplePort(0), vf(1, 'ACTIVE', 40), vf(2, 'DOWN', 65_535)) },
      status: 'pass',
    },
    {
      name: 'two with GUIDs and no LID',
      facts: { infiniband: examplePorts(examplePort(0), vf(1, 'DOWN', 65_535), vf(2, 'INIT', 65_535)) },
      status: 'warn',
    },
    { name: 'PF alone', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'skip' },
    {
      name: 'GUIDs not shown',
      facts: {
        infiniband: examplePorts(
          examplePort(0),
          examplePort(1, { state: 'DOWN', lid: 65_535, portGuid: null }, { vf: true }),
        ),
      },
      status: 'lacking',
    },
  ],
})

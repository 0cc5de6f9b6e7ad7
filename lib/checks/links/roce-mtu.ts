import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isBond, isSoftware } from '@/lib/rules/rails'
import { EXAMPLE_ROCE } from '@/lib/rules/roce'

const WANTED = 4096

/** RoCE ports carry 4096 bytes a packet, which needs jumbo frames. */
export default check({
  id: 'roce-mtu',
  level: 'links',
  title: { pass: 'RoCE ports use the full MTU', fail: 'A RoCE port uses a small MTU' },
  why: 'With network devices at MTU 1500 RoCE sends 1024 bytes a packet instead of 4096: four times the packets, and less bandwidth with few queue pairs. Two ends with different MTU do not connect at all.',
  refs: ['research/host-formats.md §6 (ibv_devinfo active_mtu), §10 (roce-mtu)'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, { profile }) {
    const declared = profile?.linkLayer?.value === 'Ethernet'
    const ports = infiniband.devices
      .filter((device) => !isBond(device) && !isSoftware(device))
      .flatMap((device) => device.ports.map((port) => ({ device, port })))
    // Beside InfiniBand ports Ethernet ones are storage or management, where 1500 is usual.
    const others = ports.some(({ port }) => port.linkLayer === 'InfiniBand')
    const roce = ports.filter(({ port }) => port.linkLayer === 'Ethernet' && /ACTIVE/i.test(port.state ?? ''))
    const shown = roce.filter(({ port }) => typeof port.activeMtu === 'number')
    if (!declared && (others || shown.length === 0))
      return {
        status: 'skip',
        summary: others
          ? 'The fabric is InfiniBand'
          : 'No RoCE port shows its MTU, and no profile declares a RoCE fabric',
      }
    if (shown.length < roce.length || roce.length === 0)
      return lacking(
        roce.length === 0
          ? 'no active RoCE port was seen'
          : `${roce.length - shown.length} of ${roce.length} RoCE ports do not show their active MTU (ibv_devinfo does)`,
      )
    const bad = shown.filter(({ port }) => (port.activeMtu ?? 0) < WANTED)
    if (bad.length === 0)
      return { status: 'pass', summary: `${shown.length} of ${shown.length} RoCE ports use MTU ${WANTED}` }
    const findings = bad.map(
      ({ device, port }): Finding => ({
        subject: device.pci ?? device.name,
        status: 'warn',
        summary: `${device.name}/${port.port}: active MTU ${port.activeMtu}, ${WANTED} is wanted`,
      }),
    )
    return {
      status: 'warn',
      summary: `${bad.length} of ${shown.length} RoCE ports: ${findings
        .slice(0, 4)
        .map((each) => each.summary)
        .join('; ')}`,
      findings,
      fix: [
        {
          text: 'Set MTU 9000 on the network devices of all rails, on the switch ports and in the network attachments',
          command: 'ip link set dev IF mtu 9000',
          risk: 'restart-pods',
          verify: 'ibv_devinfo prints active_mtu: 4096',
        },
      ],
      reason: 'mtu',
      params: { count: bad.length },
    }
  },
  examples: [
    {
      name: '4096',
      facts: { infiniband: examplePorts(examplePort(0, { linkLayer: 'Ethernet', activeMtu: 4096 })) },
      status: 'pass',
    },
    {
      name: '1024',
      facts: { infiniband: examplePorts(examplePort(0, { linkLayer: 'Ethernet', activeMtu: 1024 })) },
      status: 'warn',
    },
    {
      name: 'beside InfiniBand',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { linkLayer: 'Ethernet', activeMtu: 1024 })) },
      status: 'skip',
    },
    {
      name: 'RoCE wanted, MTU not shown',
      facts: { infiniband: examplePorts(examplePort(0, { linkLayer: 'Ethernet' })) },
      context: { profile: EXAMPLE_ROCE },
      status: 'lacking',
    },
  ],
})

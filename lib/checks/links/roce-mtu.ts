import { activeMtuOf } from '@/collectors/node/roce-mtu/collector'
import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isBond, isSoftware, portState } from '@/lib/rules/rails'
import { EXAMPLE_ROCE } from '@/lib/rules/roce'

const WANTED = 4096
const roce = (activeMtu?: number) => examplePort(0, { linkLayer: 'Ethernet', activeMtu })

/** RoCE ports carry 4096 bytes a packet, which needs jumbo frames. */
export default check({
  id: 'roce-mtu',
  level: 'links',
  title: { pass: 'RoCE ports use the full MTU', fail: 'A RoCE port uses a small MTU' },
  why: 'With network devices at MTU 1500 RoCE sends 1024 bytes a packet instead of 4096: four times the packets, and less bandwidth with few queue pairs. Two ends with different MTU may not connect at all.',
  refs: [
    'research/host-formats.md §6 (ibv_devinfo active_mtu), §10 (roce-mtu)',
    'linux include/rdma/ib_addr.h iboe_get_mtu',
  ],
  needs: ['infiniband'],
  wants: ['roceMtu'],
  after: [],
  run({ infiniband, roceMtu }, { profile }) {
    const declared = profile?.linkLayer?.value === 'Ethernet'
    const ports = infiniband.devices
      .filter((device) => !isBond(device) && !isSoftware(device))
      .flatMap((device) => device.ports.map((port) => ({ device, port })))
    // Beside InfiniBand ports Ethernet ones are storage or management, where 1500 is usual.
    const others = ports.some(({ port }) => port.linkLayer === 'InfiniBand')
    const judged = ports
      .filter(({ port }) => port.linkLayer === 'Ethernet' && portState(port) === 'active')
      .map(({ device, port }) => {
        const read = roceMtu?.interfaces.find((each) => each.device === device.name)
        return { device, port, mtu: port.activeMtu ?? (declared && read ? activeMtuOf(read.mtuBytes) : null) }
      })
    const shown = judged.filter(({ mtu }) => mtu !== null)
    if (!declared && others) return { status: 'skip', summary: 'The fabric is InfiniBand' }
    if (judged.length === 0 || (!declared && shown.length === 0))
      return { status: 'skip', summary: 'No active RoCE port shows its MTU, or no profile declares a RoCE fabric' }
    if (shown.length < judged.length)
      return lacking(`${judged.length - shown.length} of ${judged.length} RoCE ports do not show their MTU`)
    const bad = shown.filter(({ mtu }) => (mtu ?? 0) < WANTED)
    if (bad.length === 0)
      return { status: 'pass', summary: `${shown.length} of ${shown.length} RoCE ports use MTU ${WANTED}` }
    const findings = bad.map(
      ({ device, port, mtu }): Finding => ({
        subject: device.pci ?? device.name,
        status: 'warn',
        summary: `${device.name}/${port.port}: active MTU ${mtu}, ${WANTED} is wanted`,
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
    { name: '4096', facts: { infiniband: examplePorts(roce(4096)) }, status: 'pass' },
    { name: '1024', facts: { infiniband: examplePorts(roce(1024)) }, status: 'warn' },
    {
      name: 'a network device at 1500',
      facts: {
        infiniband: examplePorts(roce()),
        roceMtu: { interfaces: [{ device: 'mlx5_0', netdev: 'eth2', mtuBytes: 1500 }] },
      },
      context: { profile: EXAMPLE_ROCE },
      status: 'warn',
    },
    { name: 'beside InfiniBand', facts: { infiniband: examplePorts(examplePort(1), roce(1024)) }, status: 'skip' },
    {
      name: 'RoCE wanted, MTU not shown',
      facts: { infiniband: examplePorts(roce()) },
      context: { profile: EXAMPLE_ROCE },
      status: 'lacking',
    },
  ],
})

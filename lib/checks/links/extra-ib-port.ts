import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { isBond, isSoftware, isVf } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

/** More InfiniBand ports than the profile has rails: usually a BlueField whose link type is InfiniBand. */
export default check({
  id: 'extra-ib-port',
  level: 'links',
  title: { pass: 'No extra InfiniBand port', fail: 'There are more InfiniBand ports than rails' },
  why: 'A BlueField or storage adapter that was switched to InfiniBand shows as one more port, often down because it is cabled to Ethernet. It is a matter of link type and not a dead link, and NCCL may pick it.',
  refs: ['research/peers.md §8.7', 'research/host-formats.md §5 (ib-port-count: more = warn)'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, { profile }) {
    const ports = infiniband.devices
      .filter((device) => isVf(device) !== true && !isBond(device) && !isSoftware(device))
      .flatMap((device) =>
        device.ports.filter((port) => port.linkLayer === 'InfiniBand').map((port) => ({ device, port })),
      )
    const wanted = profile?.linkLayer?.value === 'Ethernet' ? 0 : profile?.rails?.value
    if (wanted === undefined)
      return { status: 'skip', summary: `${ports.length} InfiniBand ports; no profile says how many there should be` }
    if (ports.length <= wanted)
      return infiniband.complete === false
        ? lacking('the list of RDMA devices is cut, so there may be more ports')
        : { status: 'pass', summary: `${ports.length} InfiniBand ports, ${wanted} wanted by profile ${profile?.id}` }
    const types = ports.map(({ device }) => device.type ?? '')
    const usual = [...types].sort(
      (a, b) => types.filter((each) => each === b).length - types.filter((each) => each === a).length,
    )[0]
    const odd = ports.filter(({ device }) => (device.type ?? '') !== usual)
    const blamed = odd.length > 0 ? odd : ports.filter(({ port }) => !/ACTIVE/i.test(port.state ?? ''))
    const findings = (blamed.length > 0 ? blamed : ports).map(
      ({ device, port }): Finding => ({
        subject: device.pci ?? device.name,
        status: 'warn',
        summary: `${device.name}/${port.port} (${device.type ?? 'type not known'}) is InfiniBand and ${port.state ?? 'its state is not known'}`,
      }),
    )
    return {
      status: 'warn',
      summary: `${ports.length} InfiniBand ports, ${wanted} wanted by profile ${profile?.id}: ${findings
        .slice(0, 4)
        .map((each) => each.summary)
        .join('; ')}`,
      findings,
      fix: [
        {
          text: 'Read the configured link type of the extra port',
          command: sh`mstconfig -d ${findings[0]?.subject ?? 'PCI'} -e q LINK_TYPE_P1`,
          risk: 'none',
          verify: 'LINK_TYPE_P1 is ETH(2) on adapters that are no rail',
        },
      ],
      reason: 'extra-ib-port',
      params: { extra: ports.length - wanted },
    }
  },
  examples: [
    {
      name: 'two of two',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) },
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    {
      name: 'a BlueField in InfiniBand mode',
      facts: {
        infiniband: examplePorts(
          examplePort(0),
          examplePort(1),
          examplePort(2, { state: 'DOWN' }, { type: 'MT41692' }),
        ),
      },
      context: { profile: TWO_RAILS },
      status: 'warn',
    },
    {
      name: 'VFs are no extra ports',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1), examplePort(2, {}, { vf: true })) },
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    { name: 'nothing declared', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'skip' },
  ],
})

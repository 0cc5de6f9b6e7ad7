import { check, lacking } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { railName, railsOf } from '@/lib/rules/rails'

/** Fewer rail ports than the profile, or most nodes of the fleet, have. */
export default check({
  id: 'fewer-ports',
  level: 'links',
  title: { pass: 'All rail ports are present', fail: 'Rail ports are missing' },
  why: 'A rail that is not there at all shows in no port list: the adapter is lost, its driver is not bound, or its port speaks the other protocol.',
  refs: ['research/host-formats.md §5 (ib-port-count)'],
  needs: ['infiniband'],
  wants: ['fleet'],
  after: [],
  run({ infiniband, fleet }, { profile }) {
    const { rails, linkLayer, scope } = railsOf(infiniband, profile)
    const usual = fleet?.majority.hcaCount
    const wanted = profile?.rails?.value ?? (typeof usual?.value === 'number' ? usual.value : undefined)
    const source = profile?.rails
      ? `profile ${profile.id} (${profile.rails.source})`
      : usual
        ? `${usual.count} of ${usual.of} nodes`
        : ''
    if (infiniband.complete === false) return lacking('the list of RDMA devices is cut, so ports may be missing')
    if (wanted === undefined && !fleet)
      return lacking('neither a profile nor the fleet says how many rails there should be')
    if (wanted === undefined)
      return {
        status: 'skip',
        summary: `${rails.length} ${linkLayer} ports of PFs; neither a profile nor the fleet says how many there should be`,
      }
    if (rails.length >= wanted)
      return { status: 'pass', summary: `${rails.length} ${scope}, ${wanted} wanted by ${source}` }
    const shown = infiniband.devices.flatMap((device) =>
      device.ports.map((port) => ({
        cells: [`${device.name}/${port.port}`, device.type ?? null, port.linkLayer, port.state],
        deviates: port.linkLayer !== linkLayer && device.vf !== true,
      })),
    )
    return {
      status: 'fail',
      summary: `${rails.length} ${scope}, ${wanted} wanted by ${source}; present: ${rails.map(railName).join(', ') || 'none'}`,
      evidence: [
        {
          kind: 'table',
          title: 'RDMA ports',
          columns: ['Port', 'Type', 'Link layer', 'State'],
          rows: shown.slice(0, 100),
        },
      ],
      fix: [
        {
          text: 'Compare PCI functions with RDMA devices: a function without a device has no driver',
          command: 'lspci -D -nn -d 15b3:',
          risk: 'none',
        },
        {
          text: 'Look for probe failures and firmware faults',
          command: 'dmesg | grep mlx5_core',
          risk: 'none',
          verify: `ibstat -l lists ${wanted} rails`,
        },
      ],
      reason: 'fewer-ports',
      params: { present: rails.length, wanted },
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
      name: 'one of two',
      facts: { infiniband: examplePorts(examplePort(0)) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'a VF is no rail',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, {}, { vf: true })) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    { name: 'nothing declared', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'lacking' },
    {
      name: 'too few nodes to compare',
      facts: {
        infiniband: examplePorts(examplePort(0)),
        fleet: { nodes: 1, majority: {}, railsDown: [], duplicateGuids: [] },
      },
      status: 'skip',
    },
  ],
})

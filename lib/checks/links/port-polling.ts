import { check } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { physicalState } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

/** A rail that searches for a signal: no cable, a dead transceiver, or the leaf's port is off. */
export default check({
  id: 'port-polling',
  level: 'links',
  title: { pass: 'Rail ports see a signal', fail: 'A rail port sees no signal (Polling)' },
  why: 'Polling means that the port sends but nobody answers: cable, transceiver or the switch port. No software setting on the node brings it up.',
  refs: ['research/host-formats.md §5', 'linux-rdma/rdma-core infiniband-diags/ibstat.c'],
  needs: ['infiniband'],
  wants: ['fleet'],
  after: [],
  run: ({ infiniband, fleet }, context) =>
    judgeRails(
      {
        judge({ port }) {
          const physical = physicalState(port)
          if (physical === null) return 'unknown'
          return physical === 'polling' || physical === 'training'
            ? { bad: `is ${port.state ?? 'Down'}, physical state ${port.physicalState}` }
            : 'good'
        },
        undeclared: 'warn',
        good: 'not polling',
        reason: 'port-polling',
        fix: (bad) => [
          ...(fleet && fleet.railsDown.length > 0
            ? [
                {
                  text: `Rail ${fleet.railsDown.map(({ rail, nodes }) => `${rail} (down on ${nodes.length} nodes)`).join(', ')}: look at that leaf switch first`,
                  risk: 'none' as const,
                },
              ]
            : []),
          ...bad.slice(0, 8).map(({ device }) => ({
            text: `Read the transceiver and what the port sees on ${device.name}`,
            command: sh`mlxlink -d ${device.pci ?? device.name} -m`,
            risk: 'none' as const,
          })),
          {
            text: 'Re-seat or swap the cable; check that the leaf port is enabled',
            risk: 'none',
            minutes: 15,
            verify: 'ibstat shows State: Active, Physical state: LinkUp',
          },
        ],
      },
      infiniband,
      context,
    ),
  examples: [
    {
      name: 'two rails with link',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) },
      status: 'pass',
    },
    {
      name: 'one of two wanted rails polls',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { state: 'Down', physicalState: 'Polling' })) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'no profile',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { state: 'Down', physicalState: 'Polling' })) },
      status: 'warn',
    },
    {
      name: 'physical state not shown',
      facts: { infiniband: examplePorts(examplePort(0, { physicalState: null })) },
      status: 'lacking',
    },
  ],
})

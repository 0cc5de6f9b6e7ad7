import { check } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { physicalState, portState } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

/** A rail that is Down for another reason than missing signal: disabled, asleep, or in link error recovery. */
export default check({
  id: 'port-down',
  level: 'links',
  title: { pass: 'Rail ports are up', fail: 'A rail port is down' },
  why: 'A rail whose port is disabled or recovering from errors carries no traffic. Collectives then run over fewer rails, fail, or fall back to TCP.',
  refs: ['research/host-formats.md §5', 'linux-rdma/rdma-core infiniband-diags/ibstat.c'],
  needs: ['infiniband'],
  after: [],
  run: ({ infiniband }, context) =>
    judgeRails(
      {
        judge({ port }) {
          const [state, physical] = [portState(port), physicalState(port)]
          if (physical === 'recovery')
            return { bad: `is ${port.state} and in ${port.physicalState}: the link keeps failing` }
          if (state === null) return 'unknown'
          if (state !== 'down' || physical === 'polling' || physical === 'training') return 'good'
          return { bad: `is ${port.state}, physical state ${port.physicalState ?? 'not known'}` }
        },
        undeclared: 'warn',
        good: 'not down',
        reason: 'port-down',
        fix: (bad) => [
          ...bad.slice(0, 8).map(({ device, port }) => ({
            text: `See why ${device.name} is down`,
            command: sh`mlxlink -d ${device.pci ?? device.name} -m`,
            risk: 'none' as const,
            verify: sh`ibstat ${device.name} ${port.port} shows State: Active`,
          })),
          { text: 'Enable the port on its leaf switch, or re-seat the cable at both ends', risk: 'none', minutes: 15 },
        ],
      },
      infiniband,
      context,
    ),
  examples: [
    { name: 'two rails up', facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) }, status: 'pass' },
    {
      name: 'one of two wanted rails is disabled',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { state: 'DOWN', physicalState: 'Disabled' })) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'no profile: may be a spare port',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { state: 'Down', physicalState: 'Disabled' })) },
      status: 'warn',
    },
    {
      name: 'a Down Ethernet port beside a rail',
      facts: {
        infiniband: examplePorts(
          examplePort(0),
          examplePort(1, { state: 'Down', physicalState: 'Disabled', linkLayer: 'Ethernet' }),
        ),
      },
      status: 'pass',
    },
    { name: 'no RDMA device', facts: { infiniband: examplePorts() }, status: 'skip' },
  ],
})

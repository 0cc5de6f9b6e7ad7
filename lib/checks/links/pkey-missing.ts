import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { portState } from '@/lib/rules/rails'

/** An Active InfiniBand rail whose P_Key table begins with an invalid entry. */
export default check({
  id: 'pkey-missing',
  level: 'links',
  title: { pass: 'Active rails are in a partition', fail: 'An active rail is in no partition' },
  why: 'Every connection names a P_Key by its index, 0 unless told otherwise. While the subnet manager has put none there, queue pairs of this port reach nobody, although link, LID and state look right.',
  refs: ['research/peers.md 4.2: PKey index 0 present (IB)', 'IBTA 10.9.1: a P_Key whose low 15 bits are 0 is invalid'],
  needs: ['infiniband'],
  after: ['no-subnet-manager'],
  run({ infiniband }, context) {
    const shown = infiniband.devices.some(({ ports }) => ports.some((port) => port.pkey0 !== undefined))
    if (!shown) return { status: 'skip', summary: 'No P_Key table was read' }
    return judgeRails(
      {
        judge({ port }, { linkLayer }) {
          if (linkLayer !== 'InfiniBand') return 'good'
          const state = portState(port)
          if (state === null) return 'unknown'
          if (state !== 'active') return 'good'
          if (port.pkey0 === null || port.pkey0 === undefined) return 'unknown'
          return (Number(port.pkey0) & 0x7fff) === 0
            ? { bad: `is ${port.state} and its P_Key at index 0 is ${port.pkey0}, which is no partition` }
            : 'good'
        },
        undeclared: 'fail',
        good: 'in a partition, or not active',
        reason: 'pkey-missing',
        fix: () => [
          {
            text: 'Add the port GUID to a partition of the subnet manager (UFM: PKeys; OpenSM: partitions.conf, Default=0x7fff)',
            risk: 'none',
            verify: 'cat /sys/class/infiniband/*/ports/1/pkeys/0 shows 0xffff or 0x7fff, or the partition’s own number',
          },
        ],
      },
      infiniband,
      context,
    )
  },
  examples: [
    {
      name: 'default partition',
      facts: { infiniband: examplePorts(examplePort(0, { pkey0: '0xffff' })) },
      status: 'pass',
    },
    { name: 'empty table', facts: { infiniband: examplePorts(examplePort(0, { pkey0: '0x0000' })) }, status: 'fail' },
    { name: 'not readable', facts: { infiniband: examplePorts(examplePort(0, { pkey0: null })) }, status: 'lacking' },
    { name: 'source without tables', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'skip' },
  ],
})

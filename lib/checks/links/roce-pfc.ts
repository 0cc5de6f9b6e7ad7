import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { EXAMPLE_ROCE, exampleQos, judgeRoce, NO_QOS, ROCE_PRIORITY, roceScope } from '@/lib/rules/roce'

/** Exactly one lossless priority, the one RoCE uses. */
export default check({
  id: 'roce-pfc',
  level: 'links',
  title: { pass: 'Flow control covers the RoCE priority', fail: 'Flow control does not fit RoCE' },
  why: 'Priority flow control pauses RoCE instead of dropping it. Without it a full buffer costs retransmissions of whole windows; on several priorities pauses spread to traffic that should be dropped.',
  refs: ['research/host-formats.md §10 (roce-pfc)', 'seed 003'],
  needs: [],
  wants: ['roceQos', 'infiniband'],
  anyOf: ['roceQos', 'infiniband'],
  after: [],
  run: ({ roceQos, infiniband }, { profile }) =>
    judgeRoce(
      {
        judge({ pfcPriorities }) {
          if (pfcPriorities === null) return 'unknown'
          const list = pfcPriorities.join(', ')
          if (pfcPriorities.length === 0) return { bad: `pauses no priority, ${ROCE_PRIORITY} is wanted` }
          if (!pfcPriorities.includes(ROCE_PRIORITY))
            return { bad: `pauses priority ${list}, ${ROCE_PRIORITY} is wanted` }
          return pfcPriorities.length === 1
            ? 'good'
            : { bad: `pauses priorities ${list}, only ${ROCE_PRIORITY} is wanted`, status: 'warn' }
        },
        good: `priority ${ROCE_PRIORITY} is lossless`,
        reason: 'pfc',
        fix: [
          {
            text: 'Make priority 3 lossless, on the switch ports too',
            command: 'mlnx_qos -i IF --pfc 0,0,0,1,0,0,0,0',
            risk: 'config',
            verify: 'mlnx_qos prints 1 in column 3 of row enabled',
          },
        ],
      },
      roceQos?.interfaces,
      roceScope(infiniband, profile),
      NO_QOS,
    ),
  examples: [
    { name: 'priority 3', facts: exampleQos(), status: 'pass' },
    {
      name: 'none, RoCE wanted',
      facts: exampleQos({ pfcPriorities: [] }),
      context: { profile: EXAMPLE_ROCE },
      status: 'fail',
    },
    { name: 'two', facts: exampleQos({ pfcPriorities: [3, 4] }), context: { profile: EXAMPLE_ROCE }, status: 'warn' },
    { name: 'row not printed', facts: exampleQos({ pfcPriorities: null }), status: 'lacking' },
    {
      name: 'an InfiniBand node',
      facts: { ...exampleQos({ pfcPriorities: [] }), infiniband: examplePorts(examplePort(0)) },
      status: 'skip',
    },
  ],
})

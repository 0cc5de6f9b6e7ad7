import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { EXAMPLE_ROCE, exampleQos, judgeRoce, NO_QOS, roceScope } from '@/lib/rules/roce'

/** RoCE interfaces sort packets by DSCP. */
export default check({
  id: 'roce-trust',
  level: 'links',
  title: { pass: 'RoCE interfaces trust DSCP', fail: 'A RoCE interface does not trust DSCP' },
  why: 'With trust pcp the adapter reads the priority from the VLAN tag. Routed RoCE has none, so all of it lands in priority 0, which is not lossless, and drops under load.',
  refs: ['research/host-formats.md §10 (roce-trust)', 'seed 003'],
  needs: [],
  wants: ['roceQos', 'infiniband'],
  anyOf: ['roceQos', 'infiniband'],
  after: [],
  run: ({ roceQos, infiniband }, { profile }) =>
    judgeRoce(
      {
        judge: ({ trust }) =>
          trust === null ? 'unknown' : trust === 'dscp' ? 'good' : { bad: `trusts ${trust}, dscp is wanted` },
        good: 'trust dscp',
        reason: 'trust',
        fix: [
          {
            text: 'Trust DSCP',
            command: 'mlnx_qos -i IF --trust dscp',
            risk: 'config',
            verify: 'mlnx_qos prints Priority trust state: dscp',
          },
        ],
      },
      roceQos?.interfaces,
      roceScope(infiniband, profile),
      NO_QOS,
    ),
  examples: [
    { name: 'dscp', facts: exampleQos(), status: 'pass' },
    {
      name: 'pcp where RoCE is wanted',
      facts: exampleQos({ trust: 'pcp' }),
      context: { profile: EXAMPLE_ROCE },
      status: 'fail',
    },
    { name: 'pcp, pasted alone', facts: exampleQos({ trust: 'pcp' }), status: 'warn' },
    { name: 'an InfiniBand node', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'skip' },
    {
      name: 'RoCE wanted, nothing read',
      facts: { infiniband: examplePorts(examplePort(0, { linkLayer: 'Ethernet' })) },
      context: { profile: EXAMPLE_ROCE },
      status: 'lacking',
    },
  ],
})

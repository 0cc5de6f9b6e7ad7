import { check } from '@/lib/check'
import { EXAMPLE_ROCE, exampleQos, judgeRoce, NO_QOS, roceScope } from '@/lib/rules/roce'

/** One owner of the QoS settings, the same on all RoCE interfaces. */
export default check({
  id: 'roce-dcbx',
  level: 'links',
  title: { pass: 'One owner sets RoCE QoS', fail: 'RoCE QoS has several owners' },
  why: 'The firmware, the operating system and lldpad can each negotiate QoS with the switch. Where two do, settings change by themselves; where ports differ, one rail behaves unlike its siblings.',
  refs: ['research/host-formats.md §10 (roce-dcbx)', 'mlnx-tools python/mlnx_qos (lldpad warning)'],
  needs: [],
  wants: ['roceQos', 'infiniband'],
  anyOf: ['roceQos', 'infiniband'],
  after: [],
  run({ roceQos, infiniband }, { profile }) {
    const owners = (roceQos?.interfaces ?? []).flatMap(({ dcbx }) => dcbx ?? [])
    const usual = owners.filter((owner) => owner === 'os').length * 2 >= owners.length ? 'os' : 'firmware'
    return judgeRoce(
      {
        judge({ dcbx, warnings }) {
          if (warnings.includes('lldpad'))
            return { bad: 'is also managed by lldpad, which may overwrite its settings', status: 'warn' }
          if (dcbx === null) return 'unknown'
          return dcbx === usual
            ? 'good'
            : { bad: `is controlled by the ${dcbx}, the others by the ${usual}`, status: 'warn' }
        },
        good: `controlled by the ${usual}`,
        reason: 'dcbx',
        fix: [
          {
            text: 'Stop lldpad where the settings are made by hand or by firmware',
            command: 'systemctl disable --now lldpad',
            risk: 'config',
          },
          {
            text: 'Give all interfaces the same owner',
            command: 'mlnx_qos -i IF -d os',
            risk: 'config',
            verify: 'mlnx_qos prints the same DCBX mode everywhere',
          },
        ],
      },
      roceQos?.interfaces,
      roceScope(infiniband, profile),
      NO_QOS,
    )
  },
  examples: [
    { name: 'the system', facts: exampleQos(), status: 'pass' },
    { name: 'lldpad runs', facts: exampleQos({ warnings: ['lldpad'] }), status: 'warn' },
    {
      name: 'one differs',
      facts: {
        roceQos: {
          interfaces: ['eth2', 'eth3', 'eth4'].flatMap(
            (netdev, at) => exampleQos({ netdev, dcbx: at === 2 ? 'firmware' : 'os' }).roceQos.interfaces,
          ),
        },
      },
      context: { profile: EXAMPLE_ROCE },
      status: 'warn',
    },
    { name: 'not printed', facts: exampleQos({ dcbx: null }), status: 'lacking' },
  ],
})

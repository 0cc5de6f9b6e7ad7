import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const SOURCES = ['roce-pfc', 'roce-trust', 'roce-ecn'] as const
const EXPLAINS = [...SOURCES, 'roce-dcbx', 'low-rdma-bandwidth', 'low-bus-bandwidth'] as const

/** A RoCE fabric whose hosts never got their QoS: trust, flow control and congestion control are at factory settings. */
export default cause({
  id: 'roce-qos-unset',
  title: 'RoCE QoS was not set up on this node',
  level: 'links',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 60,
  why: 'Factory settings are trust pcp, no lossless priority and no reaction to congestion. They survive no reboot unless a service sets them again, so one rebooted node behaves unlike the others: bandwidth collapses as soon as two flows meet.',
  refs: ['research/host-formats.md §10', 'research/peers.md §3.22', 'seed 003'],
  match(input) {
    const found = SOURCES.flatMap((id) => faulty(input, id) ?? [])
    const first = found.find(({ status }) => status === 'fail')
    if (!first) return null
    const slow = ['low-rdma-bandwidth', 'low-bus-bandwidth'].filter((id) => input.verdicts[id]?.status === 'fail')
    const qos = [...SOURCES, 'roce-dcbx'].filter((id) => symptoms(input, EXPLAINS).includes(id))
    return {
      summary: `RoCE traffic is not protected because ${found
        .slice(0, 3)
        .map(({ summary }) => summary)
        .join('; ')}: apply the QoS settings of the site`,
      explains: [...qos, ...slow],
      fix: found.flatMap((verdict) =>
        stepsOf(verdict, [{ text: 'Set trust dscp, flow control and ECN for the RoCE priority', risk: 'config' }]),
      ),
      params: { checks: found.map(({ check }) => check).join(' ') },
    }
  },
  examples: [
    {
      name: 'factory settings',
      node: 'dgx030',
      verdicts: [
        failed('roce-trust', 'links', '8 of 8 RoCE interfaces: eth2 trusts pcp, dscp is wanted'),
        failed('roce-pfc', 'links', '8 of 8 RoCE interfaces: eth2 pauses no priority, 3 is wanted'),
      ],
      matches: true,
    },
    {
      name: 'pasted alone: only a warning',
      node: 'dgx030',
      verdicts: [failed('roce-trust', 'links', 'trusts pcp', { status: 'warn' })],
      matches: false,
    },
  ],
})

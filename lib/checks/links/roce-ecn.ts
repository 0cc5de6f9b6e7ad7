import type { Ecn } from '@/collectors/node/sysfs/ecn'
import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { EXAMPLE_ROCE, judgeRoce, ROCE_PRIORITY, roceScope } from '@/lib/rules/roce'

const ecn = (npPriorities: number[], rpPriorities: number[]) => ({
  roceEcn: { interfaces: [{ netdev: 'eth2', npPriorities, rpPriorities, cnpDscp: 48, cnpPriority: 6 } satisfies Ecn] },
})

/** Congestion notification and reaction are on for the RoCE priority. */
export default check({
  id: 'roce-ecn',
  level: 'links',
  title: { pass: 'RoCE congestion control is on', fail: 'RoCE congestion control is off or uneven' },
  why: 'Senders slow down when receivers report marked packets (DCQCN). With it off on one side only flow control is left, and pauses spread through the fabric until everything stands.',
  refs: ['research/host-formats.md §10 (roce-ecn; ConnectX-7 known issue 4394475: one setting for all priorities)'],
  needs: [],
  wants: ['roceEcn', 'infiniband'],
  anyOf: ['roceEcn', 'infiniband'],
  after: [],
  run({ roceEcn, infiniband }, { profile }) {
    if (roceEcn?.interfaces.length === 0)
      return {
        status: 'skip',
        summary: 'The driver offers no ECN switch (drivers of the kernel have none, OFED and DOCA do)',
      }
    return judgeRoce(
      {
        judge({ npPriorities: np, rpPriorities: rp }) {
          const on = (list: readonly number[]) => (list.length === 0 ? 'none' : list.join(', '))
          const words = `notification point on for ${on(np)}, reaction point on for ${on(rp)}`
          if (!np.includes(ROCE_PRIORITY) || !rp.includes(ROCE_PRIORITY))
            return { bad: `${words}; ${ROCE_PRIORITY} is wanted` }
          return np.join() === rp.join() ? 'good' : { bad: `${words}: they differ`, status: 'warn' }
        },
        good: `both points on for priority ${ROCE_PRIORITY}`,
        reason: 'ecn',
        fix: [
          {
            text: 'Switch both points on for the RoCE priority',
            command: 'echo 1 > /sys/class/net/IF/ecn/roce_np/enable/3; echo 1 > /sys/class/net/IF/ecn/roce_rp/enable/3',
            risk: 'config',
            verify: 'both files read 1',
          },
        ],
      },
      roceEcn?.interfaces,
      roceScope(infiniband, profile),
      'no ECN switch of a RoCE interface was read',
    )
  },
  examples: [
    { name: 'both on for 3', facts: ecn([3], [3]), status: 'pass' },
    { name: 'off where RoCE is wanted', facts: ecn([], []), context: { profile: EXAMPLE_ROCE }, status: 'fail' },
    { name: 'uneven', facts: ecn([0, 1, 2, 3], [3]), status: 'warn' },
    {
      name: 'driver of the kernel',
      facts: { roceEcn: { interfaces: [] } },
      context: { profile: EXAMPLE_ROCE },
      status: 'skip',
    },
    { name: 'an InfiniBand node', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'skip' },
  ],
})

import { check } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { portState } from '@/lib/rules/rails'

/** A rail with link that stays Initializing or Armed: the subnet manager has not configured it. */
export default check({
  id: 'port-not-armed',
  level: 'links',
  title: { pass: 'Rail ports are configured by the subnet manager', fail: 'A rail port waits for the subnet manager' },
  why: 'The subnet manager moves a port from Initializing over Armed to Active within seconds. One that stays there more than a minute is ignored by it: no subnet manager, a key mismatch, or the port is excluded.',
  refs: ['research/host-formats.md §5 (ib-port-sm)'],
  needs: ['infiniband'],
  after: [],
  run: ({ infiniband }, context) =>
    judgeRails(
      {
        judge({ port }, { linkLayer }) {
          if (linkLayer !== 'InfiniBand') return 'good'
          const state = portState(port)
          if (state === null) return 'unknown'
          return state === 'init' || state === 'armed'
            ? {
                bad: `is ${port.state} with LID ${port.lid ?? 'not known'}, not ACTIVE (normal for up to 60 s after link up)`,
              }
            : 'good'
        },
        undeclared: 'fail',
        good: 'past Initializing and Armed',
        reason: 'port-not-armed',
        fix: () => [
          {
            text: 'See that a subnet manager answers on this fabric',
            command: 'sminfo',
            risk: 'none',
            verify: 'sminfo prints SMINFO_MASTER',
          },
          {
            text: 'Look in the subnet manager log for the port GUID (key, partition or topology refusal)',
            risk: 'none',
          },
        ],
      },
      infiniband,
      context,
    ),
  examples: [
    {
      name: 'Active',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) },
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    {
      name: 'Initializing',
      facts: { infiniband: examplePorts(examplePort(0, { state: 'Initializing', lid: 0, smLid: 0 })) },
      status: 'fail',
    },
    {
      name: 'Armed',
      facts: { infiniband: examplePorts(examplePort(0, { state: 'ARMED' })) },
      status: 'fail',
    },
  ],
})

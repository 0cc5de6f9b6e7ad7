import { check } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { judgeRails } from '@/lib/rules/judge-rails'
import { portState } from '@/lib/rules/rails'

/** An Active InfiniBand rail whose LID is no unicast LID. */
export default check({
  id: 'bad-lid',
  level: 'links',
  title: { pass: 'Active rails have a unicast LID', fail: 'An active rail has no valid LID' },
  why: 'A port that says Active but has LID 0 or 65535 cannot be addressed: the subnet manager lost it, or the port was reset under it.',
  refs: ['research/host-formats.md §5: LID in 1..49151', 'IBTA: unicast LID range'],
  needs: ['infiniband'],
  after: [],
  run: ({ infiniband }, context) =>
    judgeRails(
      {
        judge({ port }, { linkLayer }) {
          if (linkLayer !== 'InfiniBand') return 'good'
          const state = portState(port)
          if (state === null) return 'unknown'
          if (state !== 'active') return 'good'
          if (port.lid === null || port.lid === undefined) return 'unknown'
          return port.lid >= 1 && port.lid <= 49_151
            ? 'good'
            : { bad: `is ${port.state} with LID ${port.lid}, unicast LIDs are 1 to 49151` }
        },
        undeclared: 'fail',
        good: 'addressable, or not active',
        reason: 'bad-lid',
        fix: () => [
          {
            text: 'Let the subnet manager sweep again and look in its log for the port GUID',
            command: 'sminfo',
            risk: 'none',
          },
          {
            text: 'Restart the port from the switch side if the LID stays invalid',
            risk: 'restart-pods',
            verify: 'ibstat shows a Base lid between 1 and 49151',
          },
        ],
      },
      infiniband,
      context,
    ),
  examples: [
    { name: 'LID 10', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'pass' },
    {
      name: 'Active with LID 65535',
      facts: { infiniband: examplePorts(examplePort(0, { lid: 65_535 })) },
      status: 'fail',
    },
    { name: 'LID not shown', facts: { infiniband: examplePorts(examplePort(0, { lid: null })) }, status: 'lacking' },
  ],
})

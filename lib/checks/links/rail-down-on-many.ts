import { check, type Finding } from '@/lib/check'

const fleet = (nodes: number, down: readonly string[]) => ({
  fleet: { nodes, majority: {}, railsDown: down.length > 0 ? [{ rail: 3, nodes: down }] : [], duplicateGuids: [] },
})

/** The same rail is down here and on other nodes: one leaf, not many cables. */
export default check({
  id: 'rail-down-on-many',
  level: 'links',
  title: { pass: 'No rail is down on several nodes', fail: 'A rail is down here and on other nodes' },
  why: 'Rail N of all nodes ends on the same leaf switches. When it is down on several nodes at once, the leaf, its power or its configuration is to blame, and swapping cables node by node is lost time.',
  refs: ['research/peers.md §3.16'],
  needs: ['fleet'],
  after: [],
  run({ fleet: { nodes, railsDown } }, { node }) {
    if (nodes < 2) return { status: 'skip', summary: 'There is no other node to compare with' }
    const mine = railsDown.filter((rail) => rail.nodes.length > 1 && node !== null && rail.nodes.includes(node))
    if (mine.length === 0)
      return { status: 'pass', summary: `No rail of this node is down on another of ${nodes} nodes too` }
    const findings = mine.map(
      ({ rail, nodes: on }): Finding => ({
        subject: `rail ${rail}`,
        status: 'fail',
        summary: `rail ${rail} is down on ${on.length} of ${nodes} nodes: ${on.slice(0, 8).join(', ')}`,
      }),
    )
    return {
      status: 'fail',
      summary: findings.map((each) => each.summary).join('; '),
      findings,
      fix: [
        {
          text: 'Look at the leaf switch of this rail first: power, ports, configuration',
          risk: 'none',
          minutes: 10,
          verify: 'the rail comes up on all these nodes together',
        },
      ],
      reason: 'rail-down-on-many',
      params: { rails: mine.map(({ rail }) => rail).join(' ') },
    }
  },
  examples: [
    { name: 'all up', facts: fleet(8, []), status: 'pass' },
    {
      name: 'rail 3 on three nodes',
      facts: fleet(8, ['dgx030', 'dgx031', 'dgx032']),
      context: { node: 'dgx030' },
      status: 'fail',
    },
    { name: 'other nodes only', facts: fleet(8, ['dgx031', 'dgx032']), context: { node: 'dgx030' }, status: 'pass' },
    { name: 'one node', facts: fleet(1, []), status: 'skip' },
  ],
})

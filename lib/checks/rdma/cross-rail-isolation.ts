import { check, type Finding } from '@/lib/check'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { isCrossRail, runLabel } from '@/lib/rules/rdma-runs'

const cross = (isolationWanted: boolean | null, outcome: 'passed' | 'failed') =>
  exampleRdmaRuns(
    exampleRdma({
      tool: 'rping',
      title: 'rping',
      to: { node: 'dgx031', device: 'mlx5_3', function: 'pf', rail: 3 },
      isolationWanted,
      outcome,
      error: outcome === 'failed' ? { code: 'peer-unreachable' } : null,
    }),
  )

/** Whether different rails reach each other, against what the site's routing wants. */
export default check({
  id: 'cross-rail-isolation',
  level: 'rdma',
  title: { pass: 'Rails reach each other as the routing wants', fail: 'Rails are joined or cut against the routing' },
  why: 'Some sites keep rails apart, others route between them. A rail that reaches another where it must not hides a wrong cable; one that does not where it should breaks jobs that use fewer NICs. Neither is a fault by itself.',
  refs: ['research/peers.md §1 (network-operator validation: cross-rail by routing profile)'],
  needs: ['rdmaRuns'],
  after: [],
  run({ rdmaRuns }) {
    const runs = rdmaRuns.runs.filter((run) => isCrossRail(run) && run.outcome !== 'incomplete')
    const told = runs.filter((run) => run.isolationWanted !== null)
    if (told.length === 0)
      return {
        status: 'skip',
        summary:
          runs.length === 0
            ? 'No test between different rails'
            : `${runs.length} tests between rails; nothing says whether they should reach each other`,
      }
    const bad = told.filter((run) => (run.outcome === 'passed') === run.isolationWanted)
    if (bad.length === 0)
      return { status: 'pass', summary: `${told.length} of ${told.length} pairs of rails are as the routing wants` }
    const words = (run: (typeof bad)[number]) =>
      `rails ${run.from.rail} and ${run.to.rail} ${run.isolationWanted ? 'reach each other, they should not' : 'do not reach each other, they should'} (${runLabel(run)})`
    return {
      status: 'warn',
      summary: `${bad.length} of ${told.length} pairs: ${bad.slice(0, 4).map(words).join('; ')}`,
      findings: bad.map((run): Finding => ({ subject: `rail ${run.from.rail}`, status: 'warn', summary: words(run) })),
      fix: [
        {
          text: 'Compare cabling and routing of these rails with the plan',
          risk: 'none',
          verify: 'the pair behaves as planned',
        },
      ],
      reason: 'cross-rail',
      params: { pairs: bad.length },
    }
  },
  examples: [
    { name: 'isolated as wanted', facts: cross(true, 'failed'), status: 'pass' },
    { name: 'joined against the plan', facts: cross(true, 'passed'), status: 'warn' },
    { name: 'cut against the plan', facts: cross(false, 'failed'), status: 'warn' },
    { name: 'no plan known', facts: cross(null, 'passed'), status: 'skip' },
  ],
})

import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import { check, type Finding } from '@/lib/check'
import { median } from '@/lib/expected/nccl-curve'
import { exampleRail, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { currentRuns, gbps, runSubject } from '@/lib/rules/rdma-runs'

/** Share of the median of all rails that each must reach: rails of one node are alike (nccl.md §4.5 uses the same). */
const SHARE = 0.9
const MIN_RAILS = 3

/** Groups runs that measured the same thing on different rails. */
function alike(runs: readonly RdmaRunResult[]): RdmaRunResult[][] {
  const groups = new Map<string, RdmaRunResult[]>()
  for (const run of runs) {
    const key = JSON.stringify([
      run.title,
      run.gpuMemory,
      run.bidirectional,
      run.from.node,
      run.to.node,
      run.from.function,
    ])
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].filter((group) => new Set(group.map(runSubject)).size >= MIN_RAILS)
}

/** One rail well below its siblings between the same two nodes. */
export default check({
  id: 'slow-rail',
  level: 'rdma',
  title: { pass: 'All rails are equally fast', fail: 'One rail is slower than its siblings' },
  why: 'Collectives stripe over all rails and wait for the last, so one rail at half rate halves the whole. Siblings measured the same way are the best yardstick: they share nodes, software and day.',
  refs: ['research/nccl.md §4.5', 'research/host-formats.md §12 (200G Active moved 13 Gb/s)'],
  needs: ['rdmaRuns'],
  after: [],
  run({ rdmaRuns }) {
    const runs = currentRuns(rdmaRuns).filter(
      (run) => run.bandwidthGbps !== null && run.outcome === 'passed' && (run.from.rail ?? run.from.device) !== null,
    )
    const groups = alike(runs)
    if (groups.length === 0)
      return {
        status: 'skip',
        summary: `Fewer than ${MIN_RAILS} rails were measured the same way between the same nodes`,
      }
    const judged = groups.flatMap((group) => {
      const usual = median(group.map((run) => run.bandwidthGbps ?? 0))
      return group.map((run) => ({ run, usual, slow: (run.bandwidthGbps ?? 0) < usual * SHARE }))
    })
    const bad = judged.filter(({ slow }) => slow)
    if (bad.length === 0)
      return {
        status: 'pass',
        summary: `${judged.length} of ${judged.length} rails within 10 % of ${gbps(judged[0]?.usual ?? 0)}`,
      }
    const findings = bad.map(
      ({ run, usual }): Finding => ({
        subject: runSubject(run),
        status: 'fail',
        summary: `${runSubject(run)}: ${gbps(run.bandwidthGbps ?? 0)}, its siblings ${gbps(usual)}`,
      }),
    )
    return {
      status: 'fail',
      summary: `${bad.length} of ${judged.length} rails: ${findings
        .slice(0, 4)
        .map((each) => each.summary)
        .join('; ')}`,
      findings,
      fix: [
        {
          text: 'Check cable, transceiver, port counters and PCIe width of that rail on both ends',
          command: 'mlxlink -m -c',
          risk: 'none',
          minutes: 10,
        },
        { text: 'Re-seat or replace the cable', risk: 'drain', verify: 'the rail reaches 0.9 of its siblings' },
      ],
      reason: 'slow-rail',
      params: { rails: bad.length },
    }
  },
  examples: [
    {
      name: 'alike',
      facts: exampleRdmaRuns(exampleRail(0, 392), exampleRail(1, 390), exampleRail(2, 391)),
      status: 'pass',
    },
    {
      name: 'third at half',
      facts: exampleRdmaRuns(exampleRail(0, 392), exampleRail(1, 390), exampleRail(2, 196)),
      status: 'fail',
    },
    {
      name: 'two rails tell nothing',
      facts: exampleRdmaRuns(exampleRail(0, 392), exampleRail(1, 196)),
      status: 'skip',
    },
  ],
})

import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { currentRuns, errorWords, isBeforeFabric, runLabel, runSubject } from '@/lib/rules/rdma-runs'

/** Why a test says nothing of the fabric. */
function openWords({ error, outcome, why }: RdmaRunResult): string {
  if (error) return errorWords(error)
  if (outcome === 'failed') return 'failed without naming an error of sending'
  return `has no result (${why ?? 'cut, or still running'})`
}

/** An RDMA test between two ends of one rail that failed on the fabric. */
export default check({
  id: 'no-rdma-connectivity',
  level: 'rdma',
  title: { pass: 'RDMA connects and transfers', fail: 'RDMA does not connect or transfer' },
  why: 'Links may be up and addresses given while nothing gets through: wrong GID or partition, a broken route, flow control that drops. Only a test that sends shows it. What failed before anything was sent proves nothing of the fabric.',
  refs: [
    'research/host-formats.md §1.1, §6, §12',
    'linux-rdma/perftest src/perftest_resources.c',
    'rdma-core librdmacm/examples/rping.c',
  ],
  needs: ['rdmaRuns'],
  after: ['port-down', 'port-polling', 'no-subnet-manager'],
  run({ rdmaRuns }) {
    const runs = currentRuns(rdmaRuns)
    const broken = runs.filter((run) => run.outcome === 'failed' && run.error !== null && !isBeforeFabric(run.error))
    if (broken.length > 0) {
      const findings = broken.map(
        (run): Finding => ({
          subject: runSubject(run),
          status: 'fail',
          summary: `${runLabel(run)}: ${run.error ? errorWords(run.error) : 'failed'}`,
        }),
      )
      return {
        status: 'fail',
        summary: `${broken.length} of ${runs.length} RDMA tests failed: ${findings
          .slice(0, 4)
          .map((each) => each.summary)
          .join('; ')}`,
        findings,
        fix: [
          {
            text: 'See that both ports are Active with a LID (InfiniBand), or have a RoCE v2 GID with an IPv4 address',
            command: 'ibstat; show_gids',
            risk: 'none',
          },
          {
            text: 'Repeat with the smallest test in both directions',
            command: 'ibv_rc_pingpong',
            risk: 'none',
            verify: 'the test ends without an error line',
          },
          {
            text: 'Look for routing, partition and flow-control faults on the way between the two ports',
            risk: 'none',
          },
        ],
        reason: broken[0]?.error?.code ?? 'failed',
        params: { failed: broken.length },
      }
    }
    const open = runs.filter((run) => run.outcome !== 'passed')
    const first = open[0]
    if (first)
      return lacking(
        `${open.length} of ${runs.length} tests say nothing of the fabric: ${runLabel(first)} ${openWords(first)}`,
      )
    if (runs.length === 0) return lacking('no RDMA test over one rail was run')
    return {
      status: 'pass',
      summary: `${runs.length} of ${runs.length} RDMA tests ended without an error: ${runs.slice(0, 4).map(runLabel).join('; ')}`,
    }
  },
  examples: [
    { name: 'written', facts: exampleRdmaRuns(exampleRdma()), status: 'pass' },
    {
      name: 'retries exceeded',
      facts: exampleRdmaRuns(
        exampleRdma({ outcome: 'failed', error: { code: 'completion', wcStatus: 12 }, bandwidthGbps: null }),
      ),
      status: 'fail',
    },
    {
      name: 'one of two rails failed',
      facts: exampleRdmaRuns(
        exampleRdma(),
        exampleRdma({ tool: 'rping', title: 'rping', outcome: 'failed', error: { code: 'peer-unreachable' } }),
      ),
      status: 'fail',
    },
    {
      name: 'the TCP control connection failed: nothing was sent',
      facts: exampleRdmaRuns(exampleRdma({ outcome: 'failed', error: { code: 'control-connection' } })),
      status: 'lacking',
    },
    {
      name: 'cut after the heading',
      facts: exampleRdmaRuns(exampleRdma({ outcome: 'incomplete' })),
      status: 'lacking',
    },
    { name: 'no run', facts: exampleRdmaRuns(), status: 'lacking' },
  ],
})

import { check } from '@/lib/check'
import { exampleRdma, exampleRdmaRuns } from '@/lib/rules/examples/rdma'
import { judgeLatency } from '@/lib/rules/rdma-latency'
import { currentRuns, runLabel, runSubject } from '@/lib/rules/rdma-runs'

const latency = (averageUsec: number, roundTrip = false) =>
  exampleRdmaRuns(
    exampleRdma({
      title: roundTrip ? 'RDMA_Read Latency' : 'RDMA_Write Latency',
      bandwidthGbps: null,
      latency: { sizeBytes: 2, averageUsec, p99Usec: averageUsec * 1.1, roundTrip },
    }),
  )

/** Small-message latency over the fabric. */
export default check({
  id: 'high-rdma-latency',
  level: 'rdma',
  title: { pass: 'RDMA latency is as usual', fail: 'RDMA latency is high' },
  why: 'Small transfers take 1.4 to 2.1 µs through one or two switches. Several times that means power saving, a path through host memory of the other socket, or congestion. A read is a round trip and takes about twice as long.',
  refs: [
    'research/host-formats.md §12 (thresholds are ours)',
    'linux-rdma/perftest src/perftest_parameters.c (rtt_factor)',
  ],
  needs: ['rdmaRuns'],
  after: ['no-rdma-connectivity'],
  run({ rdmaRuns }) {
    const judged = currentRuns(rdmaRuns).flatMap((run) => {
      if (run.latency === null || run.outcome !== 'passed') return []
      const { status, words } = judgeLatency(run.latency)
      return [{ run, status, words: `${runLabel(run)}: ${words}` }]
    })
    if (judged.length === 0) return { status: 'skip', summary: 'No latency of a small message was measured' }
    const bad = judged.filter(({ status }) => status !== 'pass')
    if (bad.length === 0)
      return {
        status: 'pass',
        summary: `${judged.length} of ${judged.length}: ${judged
          .slice(0, 4)
          .map(({ words }) => words)
          .join('; ')}`,
      }
    return {
      status: bad.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
      summary: `${bad.length} of ${judged.length}: ${bad
        .slice(0, 4)
        .map(({ words }) => words)
        .join('; ')}`,
      findings: bad.map(({ run, status, words }) => ({ subject: runSubject(run), status, summary: words })),
      fix: [
        {
          text: 'Set the CPU governor to performance and see that deep sleep states are off',
          command: 'cpupower frequency-info',
          risk: 'none',
        },
        {
          text: 'Repeat on cores of the adapter’s NUMA node',
          command: 'ib_write_lat -n 5000 -s 8',
          risk: 'none',
          verify: 'about 2 µs on an idle fabric',
        },
      ],
      reason: 'high-rdma-latency',
      params: { runs: bad.length },
    }
  },
  examples: [
    { name: '1.9 µs', facts: latency(1.9), status: 'pass' },
    { name: '3.6 µs', facts: latency(3.6), status: 'warn' },
    { name: '12 µs', facts: latency(12), status: 'fail' },
    { name: 'a read is a round trip', facts: latency(3.6, true), status: 'pass' },
    { name: 'bandwidth only', facts: exampleRdmaRuns(exampleRdma()), status: 'skip' },
  ],
})

import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { check, lacking } from '@/lib/check'
import { exampleRows, exampleRuns } from '@/lib/rules/examples/nccl'
import { describeRun, hasSignature, judgedRun, lineEvidence, NO_RUN } from '@/lib/rules/nccl-run'

/** A run that is cut, has gaps or counts for nothing proves nothing: the engine then says unknown. */
export default check({
  id: 'run-incomplete',
  level: 'nccl',
  title: { pass: 'The run is whole', fail: 'The run does not count' },
  why: 'A log that ends early, lost rows or a second launcher in the same log make numbers look better or worse than they are. Such a run neither proves nor disproves anything.',
  refs: ['research/nccl.md §0.2, §0.4, §1.4', 'NVIDIA/nccl-tests src/common.cu'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    if (hasSignature(run, 'derived.no_mpi')) {
      return {
        status: 'warn',
        summary:
          'Every process lists itself as the only rank: the test was built without MPI, so no two GPUs talked to each other',
        evidence: [
          {
            kind: 'value',
            label: 'Ranks',
            value: 1,
            expected: 'all ranks in one list',
            source: 'device list',
            ok: false,
          },
        ],
        reason: 'built-without-mpi',
        fix: [
          {
            text: 'Use a binary built with MPI=1 (all_reduce_perf_mpi), or start it with one process per node and -g',
            risk: 'none',
          },
        ],
      }
    }
    const gap = missing(run)
    if (run.outcome === 'failed' && !run.complete) {
      return {
        status: 'fail',
        summary: `The launcher failed ${run.rows.length > 0 ? `after ${run.rows.length} rows` : 'before the first row'}`,
        evidence: run.firstCause
          ? lineEvidence(run, [run.firstCause.signature])
          : [
              {
                kind: 'value',
                label: 'Rows',
                value: run.rows.length,
                expected: 'a whole table',
                source: 'log of the run',
                ok: false,
              },
            ],
        reason: 'run-failed',
        fix: [{ text: 'See the first error of the log, and the events of the run pods', risk: 'none' }],
      }
    }
    return gap === null
      ? { status: 'pass', summary: `${run.rows.length} rows and the footer of ${describeRun(run)}` }
      : lacking(gap)
  },
  examples: [
    { name: 'whole', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'launcher failed',
      facts: { ncclRuns: exampleRuns({ complete: false, rows: [], outcome: 'failed' }) },
      status: 'fail',
    },
    {
      name: 'cut log',
      facts: { ncclRuns: exampleRuns({ complete: false, rows: exampleRows(700).slice(0, 2), outcome: null }) },
      status: 'lacking',
    },
    { name: 'rows lost', facts: { ncclRuns: exampleRuns({ rowsLost: true }) }, status: 'lacking' },
    {
      name: 'stops before the largest size',
      facts: { ncclRuns: exampleRuns({ rows: exampleRows(700).slice(0, 9) }) },
      status: 'lacking',
    },
  ],
})

/** What is missing of the run, in words; null where it is whole. */
function missing(run: NcclRunResult): string | null {
  if (run.outcome === 'running') return 'the run is still going on'
  if (run.rows.length === 0) return run.form === 'log' ? 'a log without a result table' : 'the table has no rows'
  if (!run.complete || run.outcome === 'cut') return `the output ends after ${run.rows.length} rows without its footer`
  if (run.rowsLost === true)
    return `the mean of the ${run.rows.length} rows is ${run.averageBusbwComputedGBps} GB/s, the footer says ${run.averageBusbwGBps}: rows were lost`
  if (run.partialRows > 0) return `${run.partialRows} rows are torn`
  const last = run.rows.at(-1)?.sizeBytes ?? 0
  const { requested } = run
  const stopped =
    requested?.factor && last * requested.factor <= requested.maxBytes && !hasSignature(run, 'test.reduced_max')
  return stopped ? `rows stop at ${last} of ${requested.maxBytes} bytes` : null
}

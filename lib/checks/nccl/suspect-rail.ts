import { check, lacking } from '@/lib/check'
import { median } from '@/lib/expected/nccl-curve'
import { exampleRows, exampleRun, exampleRuns } from '@/lib/rules/examples/nccl'
import { namedDevice, perRail, slowRails } from '@/lib/rules/nccl-rails'
import { gbps, judgedRun, lineEvidence, NO_RUN } from '@/lib/rules/nccl-run'

/** A rail below its siblings in per-rail runs, or a device that error lines name. */
export default check({
  id: 'suspect-rail',
  level: 'nccl',
  title: { pass: 'All rails carry the same', fail: 'One rail is slow or fails' },
  why: 'One rail at half rate halves the whole ring. Runs limited to one rail each show which; error completions name the device too, as the pod sees it.',
  refs: ['research/nccl.md §0.9, §2.6, §4.5 per-rail isolation', 'NVIDIA/nccl-tests NCCL_TESTS_SPLIT'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (ncclRuns.runs.length === 0) return lacking(NO_RUN)
    const named = run ? namedDevice(run) : null
    const rails = perRail(ncclRuns.runs)
    const slow = slowRails(rails)
    const findings = [...(named ? [named] : []), ...slow]
    if (findings.length > 0) {
      return {
        status: findings.some((finding) => finding.status === 'fail') ? 'fail' : 'warn',
        summary: findings.map((finding) => finding.summary).join('; '),
        findings,
        evidence: [
          ...(run?.firstCause && named ? lineEvidence(run, [run.firstCause.signature]) : []),
          ...(rails.length > 0
            ? [
                {
                  kind: 'table' as const,
                  title: 'Runs by rail',
                  columns: ['Rail', 'GB/s'],
                  rows: rails.map(({ rail, busbw }) => ({
                    cells: [rail, Math.round(busbw * 10) / 10],
                    deviates: slow.some(({ subject }) => subject === `rail ${rail}`),
                  })),
                },
              ]
            : []),
        ],
        reason: 'bad-rail',
        fix: [
          {
            text: 'Look up the physical port behind the device (VF, PF, rail) and its link counters on both ends',
            risk: 'none',
            minutes: 5,
          },
          {
            text: 'Measure the rail alone',
            command: 'ib_write_bw --report_gbits',
            risk: 'none',
            minutes: 5,
            verify: 'at least 0.95 of line rate',
          },
          { text: 'Replace cable or transceiver', risk: 'drain' },
        ],
      }
    }
    if (rails.length >= 2)
      return {
        status: 'pass',
        summary: `${rails.length} of ${rails.length} rails within 10 % of ${gbps(median(rails.map(({ busbw }) => busbw)))}`,
      }
    return { status: 'skip', summary: 'No run per rail, and no line names a device' }
  },
  examples: [
    {
      name: 'rails alike',
      facts: {
        ncclRuns: { runs: [47, 46.5, 47.2].map((value, rail) => exampleRun({ rail, rows: exampleRows(value) })) },
      },
      status: 'pass',
    },
    {
      name: 'one rail at half',
      facts: {
        ncclRuns: { runs: [47, 23, 47.2].map((value, rail) => exampleRun({ rail, rows: exampleRows(value) })) },
      },
      status: 'fail',
    },
    {
      name: 'a completion error names a device',
      facts: {
        ncclRuns: exampleRuns({
          complete: false,
          firstCause: {
            signature: 'wc.retry_exceeded',
            severity: 'fatal',
            host: 'worker-0',
            hca: 'mlx5_10',
            peer: 'worker-1',
            line: 'Got completion',
            lineNumber: 3,
          },
        }),
      },
      status: 'fail',
    },
    { name: 'nothing named', facts: { ncclRuns: exampleRuns() }, status: 'skip' },
  ],
})

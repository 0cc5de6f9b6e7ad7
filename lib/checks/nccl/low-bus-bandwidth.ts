import { check, lacking } from '@/lib/check'
import { plateauOf } from '@/lib/expected/nccl-curve'
import { exampleHit, exampleRows, exampleRun, exampleRuns } from '@/lib/rules/examples/nccl'
import { exampleProfile } from '@/lib/rules/examples/nccl-profile'
import { bestEarlierRun, compare, expectationOf, reasonsOf, unusable } from '@/lib/rules/nccl-bandwidth'
import { describeRun, gbps, hasSignature, judgedRun, lineEvidence, NO_RUN } from '@/lib/rules/nccl-run'

/** All-reduce plateau against the profile, the model of the hardware, and our own last good run. */
export default check({
  id: 'low-bus-bandwidth',
  level: 'nccl',
  title: { pass: 'All-reduce reaches its bandwidth', fail: 'All-reduce is slower than this hardware' },
  why: 'Bus bandwidth at large sizes is what training gets. It is judged at its plateau, never by the average, which depends on the range of sizes. Tree and SHARP may exceed what the NICs carry.',
  refs: ['research/nccl.md §0.1, §4.1–4.5', 'NVIDIA/nccl-tests #212, #290, #320'],
  needs: ['ncclRuns'],
  after: ['tcp-fallback', 'missing-rails', 'gdr-disabled'],
  run({ ncclRuns }, { profile }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    if (run.form === 'log' && run.rows.length === 0) return { status: 'skip', summary: 'A log without results' }
    if (hasSignature(run, 'test.minbw')) {
      return {
        status: 'fail',
        summary: `the average of ${run.averageBusbwGBps === null ? 'the table' : gbps(run.averageBusbwGBps)} is below 0.9 of what the test was told to reach (NCCL_TESTS_MIN_BW)`,
        evidence: lineEvidence(run, ['test.minbw']),
        reason: 'below-own-limit',
        fix: [
          {
            text: 'See whether the limit is right for this range of sizes; then measure each rail and pairs of nodes',
            risk: 'none',
          },
        ],
      }
    }
    const why = unusable(run)
    if (why) return lacking(why)
    const plateau = plateauOf(run.rows)
    if (!plateau) return lacking('no rows of 1 GiB and more: smaller ones do not show the plateau')
    const expected = expectationOf(run, profile)
    const measured = `${gbps(plateau.busbwGBps)} on ${describeRun(run)}`
    const reasons = reasonsOf(run, expected)
    const found = compare(plateau, expected, bestEarlierRun(ncclRuns.runs))
    if (!found)
      return lacking([`${measured}: no profile and no model of this hardware to compare with`, ...reasons].join('; '))
    const percent = `${percentOf(found.ratio)} of ${gbps(found.target)} (${found.against})`
    if (found.status === 'undecided')
      return lacking(
        [`${measured}, ${percent}: a model, no profile says what this node must reach`, ...reasons.slice(0, 1)].join(
          '; ',
        ),
      )
    if (found.status === 'pass') return { status: 'pass', summary: `${measured}, ${percent}` }
    return {
      status: found.status,
      summary: [`${measured}, ${percent}`, ...reasons.slice(0, 1)].join('; '),
      evidence: [
        {
          kind: 'value',
          label: 'Bus bandwidth at the plateau',
          value: Math.round(plateau.busbwGBps * 10) / 10,
          unit: 'GB/s',
          expected: Math.round(found.target),
          source: found.sources,
          ok: false,
        },
        ...lineEvidence(run, [
          'gdr.channel_no',
          'topo.mixed_net_counts',
          'net.ib.using',
          'collnet.fallback',
          'nvls.unavailable',
        ]),
      ],
      reason: 'below-expected',
      params: { grade: found.grade },
      fix: [
        ...reasons.map((text) => ({ text, risk: 'none' as const })),
        {
          text: 'Measure each rail alone, then pairs of nodes, to name the slow part',
          risk: 'none',
          minutes: 20,
          verify: 'a rail below 0.9 of its siblings is the suspect',
        },
      ],
    }
  },
  examples: [
    {
      name: 'as the profile expects',
      facts: { ncclRuns: exampleRuns() },
      context: { profile: exampleProfile(690) },
      status: 'pass',
    },
    {
      name: 'half',
      facts: { ncclRuns: exampleRuns({ rows: exampleRows(350) }) },
      context: { profile: exampleProfile(690) },
      status: 'fail',
    },
    {
      name: 'a little low',
      facts: { ncclRuns: exampleRuns({ rows: exampleRows(620) }) },
      context: { profile: exampleProfile(690) },
      status: 'warn',
    },
    { name: 'one rail, no profile', facts: { ncclRuns: exampleRuns({ rows: exampleRows(86) }) }, status: 'warn' },
    {
      name: 'slower than our own last run',
      facts: {
        ncclRuns: { runs: [exampleRun({ gpuModel: null, rows: exampleRows(300) }), exampleRun({ gpuModel: null })] },
      },
      status: 'warn',
    },
    {
      name: 'below the limit of the test itself',
      facts: {
        ncclRuns: exampleRuns({
          averageBusbwGBps: 88.1,
          signatures: [exampleHit('test.minbw', 'error', '# Avg bus bandwidth    : 88.1 FAILED')],
        }),
      },
      status: 'fail',
    },
    { name: 'no profile', facts: { ncclRuns: exampleRuns() }, status: 'lacking' },
    {
      name: 'cut',
      facts: { ncclRuns: exampleRuns({ complete: false }) },
      context: { profile: exampleProfile(690) },
      status: 'lacking',
    },
  ],
})

function percentOf(ratio: number): string {
  return `${ratio < 0.1 ? (ratio * 100).toFixed(1) : Math.round(ratio * 100)} %`
}

import { check, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { judgedRun, lineEvidence, NO_RUN, RERUN_WITH_LOG } from '@/lib/rules/nccl-run'

/** SHARP (CollNet) asked for against SHARP used. */
export default check({
  id: 'sharp-state',
  level: 'nccl',
  title: { pass: 'SHARP is used as asked for', fail: 'SHARP was asked for and is not used' },
  why: 'When SHARP cannot be set up NCCL goes on with rings and says so in one line. The result must then be compared with what is possible without SHARP. "/SHARP" after a device is capability, not use.',
  refs: ['research/nccl.md §0.7, §2.5, §3 sharp.*, collnet.*', 'Mellanox/nccl-rdma-sharp-plugins'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    if (run.sharp === 'active') return { status: 'pass', summary: 'SHARP is active: channels go via COLLNET/SHARP' }
    if (run.sharp === 'failed') {
      return {
        status: 'warn',
        summary: `SHARP ${run.sharpRequested ? 'was asked for and ' : ''}failed to start, the run went on without it`,
        evidence: lineEvidence(run, [
          'sharp.init_error',
          'sharp.sat_lock',
          'sharp.no_resource',
          'sharp.port_invalid',
          'collnet.fallback',
        ]),
        reason: 'sharp-fell-back',
        fix: [
          {
            text: 'Check the aggregation manager (sharp_am in UFM), its licence, quotas and partition keys',
            risk: 'none',
          },
          {
            text: 'Or run without SHARP and compare with the ring ceiling',
            command: 'export NCCL_COLLNET_ENABLE=0',
            risk: 'none',
          },
        ],
      }
    }
    if (run.sharpRequested === true)
      return lacking('SHARP was asked for, and the output does not say whether it is used', [RERUN_WITH_LOG])
    return {
      status: 'skip',
      summary: run.sharp === 'capable' ? 'HCAs are capable of SHARP, nothing asks for it' : 'SHARP was not asked for',
    }
  },
  examples: [
    { name: 'active', facts: { ncclRuns: exampleRuns({ sharp: 'active', sharpRequested: true }) }, status: 'pass' },
    {
      name: 'fell back',
      facts: {
        ncclRuns: exampleRuns({
          sharp: 'failed',
          sharpRequested: true,
          signatures: [
            exampleHit('collnet.fallback', 'warn', 'Cannot initialize CollNet, using point-to-point network instead'),
          ],
        }),
      },
      status: 'warn',
    },
    { name: 'capable and not asked for', facts: { ncclRuns: exampleRuns({ sharp: 'capable' }) }, status: 'skip' },
    { name: 'asked for, nothing said', facts: { ncclRuns: exampleRuns({ sharpRequested: true }) }, status: 'lacking' },
  ],
})

import { check, lacking } from '@/lib/check'
import { exampleRows, exampleRuns } from '@/lib/rules/examples/nccl'
import { isWhole, judgedRun, NO_RUN } from '@/lib/rules/nccl-run'

/** Wrong elements in any row: data corruption, whatever the bandwidth. */
export default check({
  id: 'wrong-results',
  level: 'nccl',
  title: { pass: 'Results are right at every size', fail: 'NCCL computed wrong results' },
  why: 'A count above 0 in #wrong is silent data corruption: a training job would diverge without an error. It outweighs any bandwidth.',
  refs: ['research/nccl.md §0.3, §1.4, §3 test.wrong', 'NVIDIA/nccl-tests src/common.cu', 'NVIDIA/nccl #2001'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    const wrong = run.rows.filter((row) => (row.outOfPlace.wrong ?? 0) > 0 || (row.inPlace.wrong ?? 0) > 0)
    const bounds = run.outOfBounds
    if ((run.wrongRows ?? 0) > 0 || (bounds && (bounds.count > 0 || bounds.status === 'FAILED'))) {
      const sizes = wrong.map((row) => row.sizeBytes)
      const total = bounds ? `, ${bounds.count} failed checks` : ''
      return {
        status: 'fail',
        summary: `${run.wrongRows ?? 'some'} of ${run.rows.length} sizes have wrong results (0 expected)${total}${sizes.length > 0 ? `: ${sizes.slice(0, 8).join(', ')} bytes` : ''}`,
        evidence: [
          {
            kind: 'table',
            title: 'Rows with wrong elements',
            columns: ['Size (B)', 'Wrong, out of place', 'Wrong, in place'],
            rows: wrong
              .slice(0, 20)
              .map((row) => ({ cells: [row.sizeBytes, row.outOfPlace.wrong, row.inPlace.wrong], deviates: true })),
          },
        ],
        reason: 'data-corruption',
        fix: [
          {
            text: 'Repeat on every node alone: a node that is wrong alone has a bad GPU, NVLink or PCIe path',
            risk: 'none',
            minutes: 10,
          },
          {
            text: 'Then without GPUDirect, then without GPU peer-to-peer',
            command: 'export NCCL_NET_GDR_LEVEL=LOC; export NCCL_P2P_DISABLE=1',
            risk: 'none',
          },
          { text: 'Bisect the nodes; take the node that stays wrong out of service', risk: 'drain' },
        ],
      }
    }
    if (run.rows.length === 0 && run.form === 'log') return { status: 'skip', summary: 'A log without results' }
    if (run.validated === false) return lacking('results were not validated (-c 0)')
    if (run.validated === null || !isWhole(run))
      return lacking(`the output was cut after ${run.rows.length} rows; none of them is wrong`)
    return { status: 'pass', summary: `0 wrong elements in ${run.rows.length} of ${run.rows.length} rows` }
  },
  examples: [
    { name: 'validated', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'one size wrong',
      facts: { ncclRuns: exampleRuns({ wrongRows: 1, outOfBounds: { count: 8, status: 'FAILED' } }) },
      status: 'fail',
    },
    {
      name: 'not validated',
      facts: { ncclRuns: exampleRuns({ validated: false, wrongRows: null }) },
      status: 'lacking',
    },
    {
      name: 'cut',
      facts: { ncclRuns: exampleRuns({ complete: false, outOfBounds: null, rows: exampleRows(700).slice(0, 3) }) },
      status: 'lacking',
    },
  ],
})

import { meaningOf, signatureById } from '@/collectors/run/nccl-log/catalogue'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { check, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { isWhole, judgedRun, lineEvidence, NO_RUN, nodeOf } from '@/lib/rules/nccl-run'

/** Signatures that other checks of this level judge: transport, GPUDirect, SHARP, wrong results. */
const ELSEWHERE = /^(?:net\.|gdr\.|sharp\.|collnet\.|derived\.|test\.wrong|test\.minbw)/

/** Known error lines of NCCL, verbs, CUDA, MPI and the tests, with the level to look at; the first cause, not the consequences. */
export default check({
  id: 'nccl-error-signature',
  level: 'nccl',
  title: { pass: 'The NCCL log has no known error', fail: 'The NCCL log names an error' },
  why: 'One broken port makes every rank print errors. Most are consequences (flushed queues, closed sockets); the first cause names the node, the rail and the level to look at.',
  refs: ['research/nccl.md §3, §3.1'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    const hits = run.signatures.filter((hit) => !ELSEWHERE.test(hit.id))
    const serious = hits.filter(
      (hit) => hit.severity === 'fatal' || hit.severity === 'error' || hit.severity === 'warn',
    )
    const whole = isWhole(run) && run.outcome !== 'failed'
    if (serious.length === 0) {
      const consequence = hits.find((hit) => hit.severity === 'secondary')
      if (consequence && !whole) {
        return {
          status: 'warn',
          summary: `Only consequences are in this log (${consequence.id}): the first cause is in the log of another rank`,
          evidence: lineEvidence(run, [consequence.id]),
          reason: 'first-cause-elsewhere',
          fix: [{ text: 'Look at the logs of the other ranks, the earliest error first', risk: 'none' }],
        }
      }
      return whole
        ? { status: 'pass', summary: `No known error line, and the run printed its whole table` }
        : lacking('no known error line so far, but the log has no end')
    }
    const first = run.firstCause && !ELSEWHERE.test(run.firstCause.signature) ? run.firstCause : null
    const id = first?.signature ?? serious[0]?.id ?? ''
    const signature = signatureById(id)
    const fatal = serious.some((hit) => hit.severity === 'fatal')
    const worst =
      fatal || (!whole && serious.some((hit) => hit.severity === 'error' && !isNoise(run, hit.id))) ? 'fail' : 'warn'
    const where = [
      first?.host,
      first?.hca,
      first?.peer ? `peer ${first.peer}${first.blamed ? ' (where to look)' : ''}` : null,
    ].filter((part) => part !== null && part !== undefined)
    const looked = first?.blamed ?? first?.host
    // An address without a family comes from the other side, which the line does not name (boot.bad_family).
    const elsewhere = id === 'boot.bad_family' && first?.host ? `a peer of ${nodeOf(run, first.host)}` : null
    const subject = elsewhere ?? (looked ? nodeOf(run, looked) : (first?.hca ?? id))
    const summary = `${id}${where.length > 0 ? ` on ${where.join(', ')}` : ''}: ${meaningOf(id)} (look at level ${signature?.level ?? 'nccl'}; ${serious.length} known errors in the log${whole ? ', the run ended OK' : ''})`
    return {
      status: worst,
      summary,
      findings: [{ subject, status: worst, summary: first?.line ?? summary }],
      evidence: lineEvidence(run, [id, ...serious.map((hit) => hit.id).filter((other) => other !== id)].slice(0, 8)),
      reason: 'signature',
      params: { signature: id, level: signature?.level ?? 'nccl' },
      fix: [
        { text: signature?.next || 'See the lines of the log', risk: 'none' },
        {
          text: 'Run again once that is repaired',
          risk: 'none',
          minutes: 10,
          verify: 'the log has no WARN line and the table its footer',
        },
      ],
    }
  },
  examples: [
    { name: 'clean', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'retry exceeded',
      facts: {
        ncclRuns: exampleRuns({
          complete: false,
          signatures: [
            exampleHit('wc.retry_exceeded', 'fatal', 'NET/IB: Got completion with status=12 hca mlx5_10'),
            exampleHit('wc.flush', 'secondary', 'status=5'),
          ],
        }),
      },
      status: 'fail',
    },
    {
      name: 'a port failed over',
      facts: {
        ncclRuns: exampleRuns({
          signatures: [exampleHit('ib.port_failover', 'error', 'NET/IB: Device 3 marked as failed')],
        }),
      },
      status: 'warn',
    },
    {
      name: 'only consequences',
      facts: {
        ncclRuns: exampleRuns({ complete: false, signatures: [exampleHit('wc.flush', 'secondary', 'status=5')] }),
      },
      status: 'warn',
    },
    { name: 'log without end', facts: { ncclRuns: exampleRuns({ complete: false, rows: [] }) }, status: 'lacking' },
  ],
})

/** A device that does not open is noise where others do (foreign VFs in a shared sysfs); before the ranks chose a network nobody knows. */
function isNoise(run: NcclRunResult, id: string): boolean {
  if (id === 'verbs.open_failed' && run.networks.length === 0) return true
  return (id === 'verbs.open_failed' || id === 'verbs.query_failed') && run.nics.length > 0
}

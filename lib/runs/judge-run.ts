import type { NcclFacts, NcclRow } from '@/collectors/run/nccl-tests/facts'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { AnyCheck } from '@/lib/check'
import type { Run, RunRow } from '@/lib/contract/runs'
import { evaluate } from '@/lib/engine/evaluate'
import type { Expectation } from '@/lib/expected/nccl'
import type { Profile } from '@/lib/profile'
import { joinAll } from '@/lib/verdict'

/** A row of the table as the page draws it: the slower of nothing, out-of-place first. */
export function toRunRow(row: NcclRow): RunRow {
  const out = row.outOfPlace
  return {
    sizeBytes: row.sizeBytes,
    timeUsec: out?.timeUsec ?? null,
    algbwGBps: out?.algbwGBps ?? null,
    busbwGBps: out?.busbwGBps ?? null,
    wrong: out?.wrong ?? null,
    inPlaceBusbwGBps: row.inPlace?.busbwGBps ?? null,
  }
}

export interface RunVerdict {
  verdict: NonNullable<Run['verdict']>
  sentence: string
  facts: Run['facts']
}

/**
 * Judges one run with the very checks that judge nodes: result against expectation, transport, HCAs, GPUDirect, SHARP.
 * Never from "Avg bus bandwidth"; wrong results first; a cut log is incomplete, not slow (EXPLAIN, nccl.md §0).
 */
export function judgeRun(
  result: NcclRunResult,
  earlier: readonly NcclRunResult[],
  checks: readonly AnyCheck[],
  profile: Profile | null,
  expected: Expectation | null,
): RunVerdict {
  const table = { ncclRuns: { status: 'ok' as const, value: { runs: [result, ...earlier] }, at: null, refs: [] } }
  const own = checks.filter(
    (check) => check.level === 'nccl' && check.needs.every((need) => need === 'ncclRuns') && check.needs.length > 0,
  )
  const answers = own.map((check) => ({ check, answer: evaluate(check, table, { node: null, profile }) }))
  const state = joinAll(answers.map(({ answer }) => answer.state))
  const worst = (['fail', 'unknown', 'warn'] as const).flatMap((wanted) =>
    answers.filter(({ answer }) => answer.state === wanted).sort((a, b) => weight(a.check.id) - weight(b.check.id)),
  )[0]
  const finished = result.outcome === 'succeeded' && result.complete
  const verdict =
    state === 'fail'
      ? 'fail'
      : !finished
        ? 'unknown'
        : state === 'warn'
          ? 'warn'
          : state === 'pass'
            ? 'pass'
            : 'unknown'
  const first =
    finished || state === 'fail'
      ? resultWords(result, expected)
      : `Incomplete: ${result.rows.length} sizes were measured`
  const next = worst && verdict !== 'pass' ? ` ${worst.answer.verdict?.summary ?? worst.answer.why}` : ''
  return {
    verdict,
    sentence: `${first}; ${transportWords(result)}.${next ? ` Next:${next}` : ''}`,
    facts: factsOf(result, expected),
  }
}

/** What to look at first among findings of one state: corrupted data, then TCP, then what NCCL itself complains of. */
const FIRST = ['wrong-results', 'tcp-fallback', 'no-ib-device', 'nccl-error-signature', 'missing-rails', 'gdr-disabled']

function weight(check: string): number {
  const at = FIRST.indexOf(check)
  return at < 0 ? FIRST.length : at
}

function resultWords(facts: NcclFacts, expected: Expectation | null): string {
  if ((facts.wrongRows ?? 0) > 0) return `WRONG RESULTS on ${facts.wrongRows} sizes: data was corrupted`
  if (facts.maxBusbwGBps === null) return 'No bandwidth was measured'
  const got = `${facts.maxBusbwGBps.toFixed(1)} GB/s bus bandwidth`
  if (!expected) return `${got}; nothing is known to compare with`
  const share = Math.round((facts.maxBusbwGBps / expected.lowGBps) * 100)
  return `${got}, ${share} % of the ${band(expected)} expected`
}

function band(expected: Expectation): string {
  return expected.lowGBps === expected.highGBps
    ? `${expected.lowGBps} GB/s`
    : `${expected.lowGBps}–${expected.highGBps} GB/s`
}

function transportWords(result: NcclRunResult): string {
  const nics = result.nics.length
  const of = result.hcasAllocatedPerPod
  const hcas = nics > 0 ? ` on ${nics}${of ? ` of ${of}` : ''} HCAs` : ''
  const transport =
    result.transport === null
      ? result.nodes === 1 || result.requestedNodes.length === 1
        ? 'within one node'
        : 'transport not seen'
      : `over ${result.transport}${hcas}`
  const gdr = result.gpuDirect === 'used' ? ', GPUDirect RDMA' : result.gpuDirect === 'unused' ? ', no GPUDirect' : ''
  return `${transport}${gdr}${sharpWords(result)}`
}

/** Within one node there are no switches to reduce in. */
function sharpWords({ sharp, transport }: NcclRunResult): string {
  if (sharp === 'active') return ', SHARP'
  if (sharp === 'failed') return ', SHARP fell back'
  return transport === null ? '' : ', no SHARP'
}

function factsOf(result: NcclRunResult, expected: Expectation | null): Run['facts'] {
  const oneNode = result.requestedNodes.length === 1
  const hcas = result.nics.length
  const want = result.hcasAllocatedPerPod
  // NCCL that never spoke has not said that it goes without SHARP either.
  const silent = result.sharp === null && result.ncclVersion === null && result.transport === null
  return [
    {
      label: 'Transport',
      value: result.transport ?? (oneNode ? 'NVLink' : 'not seen'),
      state: result.transport === 'Socket' ? 'fail' : result.transport === null && !oneNode ? 'unknown' : 'ok',
    },
    {
      label: 'HCAs used',
      value: want === null ? String(hcas) : `${hcas} of ${want}`,
      state: oneNode || hcas === 0 ? (oneNode ? 'ok' : 'unknown') : want !== null && hcas < want ? 'fail' : 'ok',
    },
    {
      label: 'GPUDirect RDMA',
      value: result.gpuDirect ?? 'not seen',
      state: result.gpuDirect === 'used' || oneNode ? 'ok' : result.gpuDirect === 'unused' ? 'warn' : 'unknown',
    },
    {
      label: 'SHARP',
      value: result.sharp ?? (silent ? 'not seen' : 'not used'),
      state: result.sharp === 'failed' ? 'warn' : silent ? 'unknown' : 'ok',
    },
    {
      label: 'Wrong results',
      value: result.wrongRows === null ? 'not checked' : String(result.wrongRows),
      state: result.wrongRows === null ? 'unknown' : result.wrongRows > 0 ? 'fail' : 'ok',
    },
    {
      label: 'Ranks',
      value: result.ranks === null ? 'not seen' : String(result.ranks),
      state: result.ranks === null ? 'unknown' : 'ok',
    },
    { label: 'NCCL', value: result.ncclVersion ?? 'not seen', state: result.ncclVersion === null ? 'unknown' : 'ok' },
    ...(expected ? [{ label: 'Expected', value: expected.reasoning, state: 'ok' as const }] : []),
  ]
}

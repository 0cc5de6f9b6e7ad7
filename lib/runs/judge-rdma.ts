import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import type { Section, SectionLog } from '@/collectors/run/perftest/section-log'
import type { SectionResult } from '@/collectors/run/perftest/section-result'
import type { AnyCheck } from '@/lib/check'
import type { RdmaCell, RdmaMatrix, RdmaTest, Run } from '@/lib/contract/runs'
import { rdmaTest } from '@/lib/contract/runs'
import { evaluate } from '@/lib/engine/evaluate'
import type { Profile } from '@/lib/profile'
import { judgeBandwidth } from '@/lib/rules/rdma-bandwidth'
import { judgeLatency } from '@/lib/rules/rdma-latency'
import { errorWords, isBeforeFabric } from '@/lib/rules/rdma-runs'
import { joinAll } from '@/lib/verdict'
import { rdmaFacts } from './rdma-facts'
import { waitingMatrix } from './rdma-schedule'
import { rdmaSentence } from './rdma-words'

export interface RdmaInput {
  nodes: readonly string[]
  /** What the run was planned to measure; null before anything is known of its rails (shared devices). */
  planned: RdmaMatrix | null
  log: SectionLog
  /** Result of each section, in order. */
  results: readonly SectionResult[]
  /** Null while the run goes on. */
  ending: 'succeeded' | 'failed' | 'cancelled' | 'aborted' | null
  profile: Profile | null
  checks: readonly AnyCheck[]
}

export interface RdmaVerdict {
  verdict: NonNullable<Run['verdict']>
  sentence: string
  facts: Run['facts']
  matrix: RdmaMatrix | null
  /** Every test that was tried, for the nodes that took part. */
  cells: RdmaRunResult[]
}

/**
 * Judges an RDMA run cell by cell with the rules that judge nodes, then all of it with their checks (siblings, GPU against host memory).
 * Green only where every planned cell was measured and is good.
 */
export function judgeRdma(input: RdmaInput): RdmaVerdict {
  const { log, results, profile, checks, ending } = input
  const matrix = filled(input)
  const known = new Set(matrix?.cells.map(keyOf))
  const cells = log.sections.flatMap((section, at): RdmaRunResult[] => {
    const result = results[at]?.result
    return result && !section.skipped && known.has(sectionKey(section)) ? [result] : []
  })
  const table = { rdmaRuns: { status: 'ok' as const, value: { runs: cells }, at: null, refs: [] } }
  const own = checks.filter((check) => check.level === 'rdma' && check.needs.every((need) => need === 'rdmaRuns'))
  const answers = own.map((check) => ({ check, answer: evaluate(check, table, { node: null, profile }) }))
  const state = joinAll([
    ...(matrix?.cells.map((cell) => (cell.status === 'waiting' ? 'unknown' : cell.status)) ?? []),
    ...answers.map(({ answer }) => answer.state),
  ])
  const isWhole = ending === 'succeeded' && log.done !== null
  const verdict =
    state === 'fail'
      ? 'fail'
      : isWhole && cells.length > 0 && (state === 'pass' || state === 'warn')
        ? state
        : 'unknown'
  const worst = (['fail', 'warn'] as const).flatMap((wanted) =>
    answers.filter(({ answer }) => answer.state === wanted),
  )[0]
  return {
    verdict,
    sentence: rdmaSentence(matrix, worst?.answer.verdict?.summary ?? null, worst?.answer.fix[0]?.text ?? null),
    facts: rdmaFacts(matrix, log, cells),
    matrix,
    cells,
  }
}

const keyOf = ({ test, from, to, rail }: Pick<RdmaCell, 'test' | 'from' | 'to' | 'rail'>) =>
  JSON.stringify([test, from, to, rail])
const sectionKey = ({ test, from, to, rail }: Section) => JSON.stringify([test, from.node, to.node, rail])

/** The planned cells with what the log says of them; sections that were not planned are left out. */
function filled({ nodes, planned, log, results, profile, ending }: RdmaInput): RdmaMatrix | null {
  const base = planned && planned.cells.length > 0 ? planned : fromLog(nodes, planned, log)
  if (!base) return planned
  const measured = new Map<string, number>()
  for (const [at, section] of log.sections.entries()) {
    const key = sectionKey(section)
    if (!measured.has(key)) measured.set(key, at)
  }
  const running = new Set(
    ending === null
      ? log.running?.pairs.map(([from, to]) => JSON.stringify([log.running?.test, from, to, log.running?.rail]))
      : [],
  )
  const cells = base.cells.map((cell): RdmaCell => {
    const at = measured.get(keyOf(cell))
    const [section, read] = at === undefined ? [] : [log.sections[at], results[at]]
    if (section && read) return cellOf(cell, section, read, profile)
    // Read again from its beginning after a lost connection: what was measured stays.
    if (ending === null && cell.logFrom !== null) return cell
    if (running.has(keyOf(cell))) return { ...cell, status: 'running', summary: 'Being measured' }
    if (ending === null) return { ...cell, status: 'waiting', summary: 'Not measured yet' }
    return { ...cell, status: 'unknown', summary: `Not measured: ${log.done?.why ?? 'the run ended before'}` }
  })
  return { ...base, cells }
}

/** Where devices are shared, the pods say how many there are. */
function fromLog(nodes: readonly string[], planned: RdmaMatrix | null, { plan }: SectionLog): RdmaMatrix | null {
  if (!plan || plan.rails.length === 0) return null
  const tests = planned?.tests ?? plan.tests.filter((test): test is RdmaTest => rdmaTest.safeParse(test).success)
  return waitingMatrix(nodes, plan.rails.slice(0, 16), tests)
}

function cellOf(cell: RdmaCell, section: Section, { result }: SectionResult, profile: Profile | null): RdmaCell {
  const judged = section.skipped
    ? { status: 'unknown' as const, summary: `Not measured: ${section.why ?? 'no reason given'}` }
    : judgeCell(result, profile)
  return {
    ...cell,
    ...judged,
    device: section.from.device,
    gpu: section.from.gpu,
    bandwidthGbps: result.bandwidthGbps,
    latencyUsec: result.latency?.averageUsec ?? null,
    logFrom: section.at,
    logLines: section.length,
  }
}

/** One cell by the rules of the checks: value against yardstick, or why there is none. */
export function judgeCell(
  run: RdmaRunResult,
  profile: Profile | null,
): { status: 'pass' | 'warn' | 'fail' | 'unknown'; summary: string } {
  if (run.outcome !== 'passed') {
    const isFault = run.outcome === 'failed' && run.error !== null && !isBeforeFabric(run.error)
    const words = run.error ? errorWords(run.error) : (run.why ?? 'the tool printed no result')
    return { status: isFault ? 'fail' : 'unknown', summary: isFault ? words : `No result: ${words}` }
  }
  if (run.tool === 'rping') return { status: 'pass', summary: 'Connects by rdma_cm and answers' }
  if (/ Latency\b/.test(run.title)) {
    if (!run.latency) return { status: 'unknown', summary: 'No latency of a small message was printed' }
    const { status, words } = judgeLatency(run.latency)
    return { status, summary: words }
  }
  if (run.bandwidthGbps === null) return { status: 'unknown', summary: 'No bandwidth of large messages was printed' }
  const line = run.lineRateGbps ?? profile?.railRateGbps?.value
  if (line === undefined)
    return { status: 'unknown', summary: `${run.bandwidthGbps} Gb/s; the line rate of this rail is not known` }
  const { status, words } = judgeBandwidth(run, line, profile)
  return { status, summary: words }
}

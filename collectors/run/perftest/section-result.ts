import { parseRping, type RpingFacts } from '@/collectors/run/rping/parse'
import { toCapture } from '@/lib/explain/capture'
import type { PerftestFacts } from './facts'
import { parsePerftest } from './parse'
import { type RdmaEnd, type RdmaRunResult, runOfCapture, runsOfPerftest } from './runs'
import type { Section, SectionEnd } from './section-log'

/** What each test is called where its tool printed no heading. */
const TITLES: Readonly<Record<string, string>> = {
  'write-bw': 'RDMA_Write BW',
  'write-bw-gpu': 'RDMA_Write BW',
  'write-lat': 'RDMA_Write Latency',
  rping: 'rping',
}

export interface SectionResult {
  result: RdmaRunResult
  /** The tool's first error line. */
  error: string | null
  /** What perftest printed, as `explain` shows it; null for rping and where nothing was printed. */
  facts: PerftestFacts | null
}

/** The result of one section of our own log: what the tool printed, with what the run knows of both ends. */
export function resultOfSection(section: Section): SectionResult {
  const { from, to, rail } = section
  const read = section.test === 'rping' ? rping(section) : perftest(section)
  const rates = [from.rateGbps, to.rateGbps]
  const known = rates.every((rate) => rate !== null) ? Math.min(...rates.map((rate) => rate ?? 0)) : null
  // The tool says by its status that it did not end well: what it printed before is no result.
  const isDoubtful = read.result.outcome === 'passed' && section.test !== 'rping' && section.exit !== 0
  const why = section.why ?? (isDoubtful ? `the client ended with status ${section.exit ?? 'unknown'}` : null)
  return {
    ...read,
    result: {
      ...read.result,
      outcome: isDoubtful ? 'incomplete' : read.result.outcome,
      from: end(from, rail),
      to: end(to, rail),
      lineRateGbps: known,
      gpuMemory: section.test === 'write-bw-gpu' ? true : section.test === 'write-bw' ? false : null,
      ...(why === null ? {} : { why }),
    },
  }
}

const end = ({ node, device, function: kind }: SectionEnd, rail: number): RdmaEnd => ({
  node,
  device,
  function: kind,
  rail,
})

function perftest({ test, lines }: Section): SectionResult {
  const parsed = parsePerftest(toCapture(`${lines.join('\n')}\n`))
  const title = TITLES[test] ?? test
  if (parsed.status !== 'ok') return nothing('perftest', title, parsed.errors[0])
  const facts = parsed.facts as PerftestFacts
  const runs = runsOfPerftest(facts)
  // Both ends that could not be put together: the one that failed says more.
  const run = runs.find((each) => each.outcome === 'failed') ?? runs[0]
  if (!run) return nothing('perftest', title, parsed.errors[0])
  const result = { ...run, title: run.title === 'perftest' ? title : run.title }
  return { result, error: parsed.errors[0] ?? null, facts }
}

function rping({ lines }: Section): SectionResult {
  const parsed = parseRping(toCapture(`${lines.join('\n')}\n`))
  if (parsed.status !== 'ok') return nothing('rping', 'rping', parsed.errors[0])
  const result = runOfCapture('rping', 'rping', parsed.facts as RpingFacts)
  return { result, error: parsed.errors[0] ?? null, facts: null }
}

function nothing(tool: RdmaRunResult['tool'], title: string, error: string | undefined): SectionResult {
  return {
    result: runOfCapture(tool, title, { outcome: 'incomplete', error: null }),
    error: error ?? null,
    facts: null,
  }
}

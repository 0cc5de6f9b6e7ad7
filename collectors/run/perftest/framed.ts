import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import type { PerftestFacts } from './facts'
import type { RdmaRunResult } from './runs'
import { createSectionReader } from './section-log'
import { resultOfSection } from './section-result'

/** The log of one of our own runs: each section is read by itself, so that an error in one says nothing of another. */
export function parseFramed({ text }: Capture): Parsed<PerftestFacts> {
  const reader = createSectionReader()
  reader.push(`${text}\n`)
  const log = reader.log()
  const read = log.sections.filter((section) => !section.skipped).map(resultOfSection)
  const errors = [...new Set([...log.errors, ...read.flatMap(({ error }) => error ?? [])])].slice(0, 50)
  const runs = read.map(({ result }) => result)
  const [first, ...further] = read.flatMap(({ facts, result }) =>
    facts ? [{ ...facts, outcome: result.outcome }] : [],
  )
  if (runs.length === 0) return notOk('unreadable', 'bad-layout', 'No test of this run has ended in the text', errors)
  const complete = log.done !== null && log.done.left === 0 ? {} : { complete: false }
  return ok<PerftestFacts>(
    { ...(first ?? withoutTable(runs)), ...(further.length > 0 ? { furtherTests: further } : {}), runs, ...complete },
    { errors },
  )
}

/** A run of rping alone has no table. */
function withoutTable(runs: readonly RdmaRunResult[]): PerftestFacts {
  const worst = runs.find((run) => run.outcome === 'failed') ?? runs.find((run) => run.outcome === 'incomplete')
  return {
    outcome: worst?.outcome ?? 'passed',
    error: worst?.error ?? null,
    test: null,
    device: null,
    qps: null,
    mtuBytes: null,
    linkType: null,
    gidIndex: null,
    bidirectional: null,
    gpuMemory: null,
    unit: null,
    local: null,
    remote: null,
    jsonValid: null,
    warnings: [],
    rows: [],
  }
}

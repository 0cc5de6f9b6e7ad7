import { rejoined } from '@/lib/explain/rejoined'
import { type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { errorLines, errorOf, failedOtherwise } from './errors'
import type { PerftestFacts, PerftestRow, TestOutcome } from './facts'
import { headerOf, isTypedTest, type QueuePairs, queuePairs, titleOf } from './header'
import { type JsonTest, jsonTest } from './json'
import { type Columns, columnsOf, rowOf, startsWithDigit } from './table'

/** Tests read of one capture; a paste of all pairs of a large cluster stays below. */
const MAX_TESTS = 500
const RULE = /^-{20,}$/
const WAITING = '* Waiting for client to connect... *'

/** A line of the JSON file. */
const MEMBER = /^"?[\w. *]{1,40}"?\s*:\s*[{"\d]/
/** Numbers, as in a row. */
const NUMBERS = /^\d{1,12}\s+\d/

/** Heading and rows, which a narrow terminal wraps, and every line that is no rest of one: neither numbers only nor column titles. */
const LONG = /^\s*(?:#bytes|\d{1,12}\s+\d{1,12}\s)/
const BEGINS =
  /^\s*#bytes|^\s*\d{1,12}\s+\d{1,12}(?![.\d])|^(?!\s*(?:[\d.][\d.\s]{0,200}$|[A-Za-z]{0,10}\]\s*$|[a-z%[\]\w. -]{0,40}(?:\[(?:usec|Mpps|[GM]i?[Bb]\/sec|%%?)\]|percentile)))/

/** Text or JSON of `ib_{write,read,send,atomic}_{bw,lat}`; both ends of one test count once (host-formats §12). */
export function parsePerftest(capture: Capture): Parsed<PerftestFacts> {
  const lines = textLines(rejoined(capture.lines, LONG, BEGINS))
  if (lines.length === 0) return notOk('absent', 'other', 'The tool printed nothing')
  const errors = errorLines(lines)
  const json = jsonTest(lines, capture.text)
  const blocks = blocksOf(json ? lines.filter(({ text }) => !MEMBER.test(text)) : lines)
  const tests = merged(blocks.map(toTest))
  const all = json ? withJson(tests, json, lines) : tests
  const [first, ...further] = all.map(({ facts }) => facts)
  if (!first || all.every(({ known }) => !known)) {
    if (/command not found|: not found$/m.test(capture.text))
      return notOk('absent', 'other', 'perftest is not installed')
    return notOk('unreadable', 'bad-layout', 'No test was found in the text', errors)
  }
  return ok<PerftestFacts>({ ...first, ...(further.length > 0 ? { furtherTests: further } : {}) }, { errors })
}

interface Test {
  facts: PerftestFacts
  pairs: QueuePairs
  /** Something in the block is perftest's own. */
  known: boolean
}

/** One block per heading; what stands before the first heading belongs to it, unless it is the table of a test whose heading is lost. */
function blocksOf(lines: readonly TextLine[]): TextLine[][] {
  const starts = lines.flatMap(({ text }, at) => (titleOf(text) === null ? [] : [at])).slice(0, MAX_TESTS)
  const [first] = starts
  const headless = first !== undefined && lines.slice(0, first).some(({ text }) => text.startsWith('#bytes'))
  if (starts.length <= 1 && !headless) return [[...lines]]
  const blocks = starts.map((start, at) => {
    const from = at === 0 && !headless ? 0 : leadIn(lines, start)
    const next = starts[at + 1]
    return lines.slice(from, next === undefined ? undefined : leadIn(lines, next))
  })
  return headless ? [lines.slice(0, leadIn(lines, first)), ...blocks] : blocks
}

const LEAD_IN =
  /^(?:\*|initializing CUDA|Listing all CUDA|CUDA device|Picking|\[pid|creating CUDA|making it|using DMA-BUF|cuMemAlloc|allocated |Calling ibv_reg|Requested mtu|Changing to active mtu)/

/** A heading's own lead-in: its rule, and above it the lines of GPU set-up and waiting and the command typed. */
function leadIn(lines: readonly TextLine[], start: number): number {
  let from = start
  if (RULE.test(lines[from - 1]?.text ?? '')) from -= 1
  while (from > 0 && LEAD_IN.test(lines[from - 1]?.text ?? '')) from -= 1
  return from > 0 && isTypedTest(lines[from - 1]?.text ?? '') ? from - 1 : from
}

function toTest(lines: readonly TextLine[]): Test {
  const words = lines.filter(({ text }) => !startsWithDigit(text))
  const heading = words.find(({ text }) => titleOf(text) !== null)
  const title = heading ? titleOf(heading.text) : null
  const rows: PerftestRow[] = []
  let columns: Columns | null = null
  let unit: string | null = null
  let headed = false
  let closed = false
  let strange = false
  for (const line of lines) {
    if (line.text.startsWith('#bytes')) {
      headed = true
      columns = line.ended ? columnsOf(line.text) : null
      if (columns) unit = columns.unit
    } else if (headed) {
      const row = columns ? rowOf(line, columns) : null
      if (row) rows.push(row)
      // A line of numbers that is no row: something was measured, although it cannot be read.
      else if (!closed) strange ||= NUMBERS.test(line.text)
      closed ||= RULE.test(line.text)
    }
  }
  const error = errorOf(words)
  const other = failedOtherwise(words)
  const outcome = outcomeOf(rows, closed, error !== null || other)
  const silent = headed && closed && rows.length === 0 && error === null && columns !== null && !strange && !other
  return {
    pairs: queuePairs(words),
    known: title !== null || headed || error !== null || other || words.some(({ text }) => text === WAITING),
    facts: {
      ...headerOf(lines),
      outcome: silent ? 'failed' : outcome,
      error: silent ? { code: 'never-connected' } : error,
      test: title,
      bidirectional: title === null ? null : / Bidirectional /.test(` ${title} `),
      unit,
      jsonValid: null,
      rows,
      ...(outcome === 'incomplete' && !silent ? { complete: false } : {}),
    },
  }
}

/**
 * A sweep over all sizes (`-a`) starts at 2 bytes and ends at 8 MiB or with a rule; any other first size is a run of one size.
 * An error after the last row of a whole run does not undo it, unless it is one of sending.
 */
function outcomeOf(rows: readonly PerftestRow[], closed: boolean, failed: boolean): TestOutcome {
  if (failed) return 'failed'
  const [first] = rows
  if (!first) return 'incomplete'
  return closed || first.sizeBytes !== 2 || rows.at(-1)?.sizeBytes === 8_388_608 ? 'passed' : 'incomplete'
}

/** Puts the two ends of one test together. A last block that was cut before its addresses may be the other end: it is left out. */
function merged(tests: readonly Test[]): Test[] {
  const found: Test[] = []
  for (const test of tests) {
    const other = found.find(({ pairs }) => crosswise(pairs, test.pairs))
    const { rows, error } = test.facts
    const bare = test.pairs.local === null && rows.length === 0 && error === null
    if (other) found[found.indexOf(other)] = joined(other, test)
    else if (found.length === 0 || !bare) found.push(test)
  }
  return found
}

/** Addresses of the one end are those of the other, crosswise, as far as they are known. */
function crosswise(a: QueuePairs, b: QueuePairs): boolean {
  const there = fits(a.local, b.remote)
  const back = fits(a.remote, b.local)
  return there !== false && back !== false && (there ?? back) !== null
}

/** Whether two addresses are the same; null where one is not known. */
function fits(mine: string | null, theirs: string | null): boolean | null {
  return mine === null || theirs === null ? null : mine === theirs
}

function joined(a: Test, b: Test): Test {
  const key = (row: PerftestRow) => `${row.sizeBytes}/${row.sl ?? ''}`
  const known = new Set(a.facts.rows.map(key))
  const more = b.facts.rows.filter((row) => !known.has(key(row)))
  const error = a.facts.error ?? b.facts.error
  const passed = a.facts.outcome === 'passed' || b.facts.outcome === 'passed'
  const outcome: TestOutcome =
    error || [a, b].some(({ facts }) => facts.outcome === 'failed') ? 'failed' : passed ? 'passed' : 'incomplete'
  const { complete: _complete, ...first } = a.facts
  return {
    ...a,
    facts: {
      ...first,
      outcome,
      error,
      test: a.facts.test ?? b.facts.test,
      bidirectional: a.facts.bidirectional ?? b.facts.bidirectional,
      unit: a.facts.unit ?? b.facts.unit,
      gpuMemory:
        a.facts.gpuMemory === true || b.facts.gpuMemory === true ? true : (a.facts.gpuMemory ?? b.facts.gpuMemory),
      warnings: [...new Set([...a.facts.warnings, ...b.facts.warnings])],
      rows: [...a.facts.rows, ...more],
      ...(outcome === 'incomplete' ? { complete: false } : {}),
    },
  }
}

/** A JSON file alone, or beside the text of the same test, which then says more: JSON holds the last size only and no unit. */
function withJson(tests: readonly Test[], json: JsonTest, lines: readonly TextLine[]): Test[] {
  const text = tests.find(({ facts }) => facts.rows.length > 0 || facts.test !== null)
  if (text)
    return tests.map((test) =>
      test === text ? { ...test, facts: { ...test.facts, jsonValid: json.jsonValid } } : test,
    )
  const { ended, ...rest } = json
  const error = errorOf(lines)
  const outcome: TestOutcome = error ? 'failed' : ended && json.rows.length > 0 ? 'passed' : 'incomplete'
  return [
    {
      known: true,
      pairs: { local: null, remote: null },
      facts: {
        ...rest,
        outcome,
        error,
        unit: null,
        local: null,
        remote: null,
        warnings: [],
        ...(outcome === 'incomplete' ? { complete: false } : {}),
      },
    },
  ]
}

/**
 * The log of one of our own RDMA runs (`lib/runs/program/rdma.py`): framed lines at the margin, what tools printed indented below
 * them, so that a tool can frame nothing.
 */

/** One end of a section, as its pod reported it. */
export interface SectionEnd {
  node: string
  device: string | null
  pci: string | null
  function: 'pf' | 'vf' | null
  rateGbps: number | null
  /** PCI address of the GPU whose memory was used. */
  gpu: string | null
}

/** One test between two nodes on one rail. */
export interface Section {
  test: string
  /** Index into the run's rails. */
  rail: number
  from: SectionEnd
  to: SectionEnd
  /** What the tools printed, without the indent. */
  lines: readonly string[]
  /** Nothing was tried. */
  skipped: boolean
  /** Why there is no result, where the run knows. */
  why: string | null
  /** Exit status of the client; null: killed, or never started. */
  exit: number | null
  /** Line of the log, from 0, at which it begins, and how many lines it has. */
  at: number
  length: number
}

export interface SectionLog {
  /** From the run's plan; null before it was printed. */
  plan: { nodes: readonly string[]; rails: readonly string[]; tests: readonly string[] } | null
  /** What is measured now. */
  running: { test: string; rail: number; pairs: readonly (readonly [string, string])[] } | null
  sections: readonly Section[]
  /** The run said that it is done; `left`: steps it did not begin, and why. */
  done: { left: number; why: string | null } | null
  /** Lines `cairn: ERROR …`, without the mark. */
  errors: readonly string[]
}

/** More sections than 64 nodes with 16 rails and 4 tests have. */
const MAX_SECTIONS = 10_000
const MAX_SECTION_LINES = 1_000
const MAX_ERRORS = 100
const FRAME = /^cairn-rdma: (plan|node|start|begin|end|done) (\{.{0,20000}\})$/
const FRAMED = /^cairn-rdma: (?:plan|begin) \{/m

/** Whether a text is such a log. */
export function isSectionLog(text: string): boolean {
  return FRAMED.test(text)
}

/** Reads such a log as it comes. */
export function createSectionReader(): { push(chunk: string): void; log(): SectionLog } {
  const sections: Section[] = []
  const errors: string[] = []
  let plan: SectionLog['plan'] = null
  let running: SectionLog['running'] = null
  let done: SectionLog['done'] = null
  let open: { meta: Fields; lines: string[]; at: number } | null = null
  let carry = ''
  let at = -1

  const take = (line: string): void => {
    at += 1
    if (open && line.startsWith('  ')) {
      if (open.lines.length < MAX_SECTION_LINES) open.lines.push(line.slice(2))
      return
    }
    if (line.startsWith('cairn: ERROR ') && errors.length < MAX_ERRORS) errors.push(line.slice('cairn: ERROR '.length))
    const match = FRAME.exec(line)
    const values = match ? fields(match[2] ?? '') : null
    if (!match || !values) return
    if (match[1] === 'plan') plan = planOf(values)
    else if (match[1] === 'start') running = runningOf(values)
    else if (match[1] === 'begin') open = { meta: values, lines: [], at }
    else if (match[1] === 'done') done = { left: count(values.left) ?? 0, why: word(values.why) }
    else if (match[1] === 'end' && open) {
      const section = sectionOf(open.meta, values, open.lines, open.at, at)
      if (section && sections.length < MAX_SECTIONS) sections.push(section)
      open = null
    }
  }

  return {
    push(chunk) {
      const lines = (carry + chunk).split('\n')
      carry = lines.pop() ?? ''
      for (const line of lines) take(line)
    },
    log: () => ({ plan, running: done ? null : running, sections, done, errors }),
  }
}

type Fields = Record<string, unknown>

function fields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return record(value)
  } catch {
    return null
  }
}

function record(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 400) : null
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 64).flatMap((each) => word(each) ?? []) : []
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function planOf(values: Fields): SectionLog['plan'] {
  return { nodes: words(values.nodes), rails: words(values.rails), tests: words(values.tests) }
}

function runningOf(values: Fields): SectionLog['running'] {
  const [test, rail] = [word(values.test), count(values.rail)]
  if (test === null || rail === null || !Array.isArray(values.pairs)) return null
  const pairs = values.pairs.slice(0, 64).flatMap((pair): [string, string][] => {
    const [from, to] = words(pair)
    return from === undefined || to === undefined ? [] : [[from, to]]
  })
  return { test, rail, pairs }
}

function sectionOf(begin: Fields, end: Fields, lines: string[], at: number, last: number): Section | null {
  const [test, rail, from, to] = [word(begin.test), count(begin.rail), endOf(begin.from), endOf(begin.to)]
  if (test === null || rail === null || !from || !to || begin.step !== end.step) return null
  return {
    test,
    rail,
    from,
    to,
    lines,
    skipped: end.skipped === true,
    why: word(end.why),
    exit: count(record(end.client)?.exit),
    at,
    length: last - at + 1,
  }
}

function endOf(value: unknown): SectionEnd | null {
  const end = record(value)
  const node = word(end?.node)
  if (!end || node === null) return null
  return {
    node,
    device: word(end.device),
    pci: word(end.pci),
    function: end.function === 'pf' || end.function === 'vf' ? end.function : null,
    rateGbps: typeof end.rateGbps === 'number' && end.rateGbps > 0 ? end.rateGbps : null,
    gpu: word(record(end.gpu)?.pci),
  }
}

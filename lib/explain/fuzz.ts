import { toCapture } from './capture'
import type { Knowledge } from './explain'
import { factSubset } from './fact-subset'
import { judgeFacts } from './judge-capture'
import type { AnyFormat } from './recognise'

/** One input on which a parser broke a rule. */
export interface Violation {
  kind: string
  rule: 'throws' | 'certainty' | 'cut' | 'slow' | 'pass'
  what: string
  input: string
}

/** What a run of the fuzzer did. */
export interface FuzzResult {
  kind: string
  inputs: number
  /** Milliseconds per MiB over all inputs. */
  msPerMib: number
  violations: readonly Violation[]
}

/** What the contract itself asks of a kind although it looks like a broken rule, by kind. */
export const BY_CONTRACT: Readonly<Record<string, RegExp>> = {
  // EXPLAIN §3: absent keys have the kubelet's defaults (`explicit` says so); a file that ends after a line shows no cut.
  kubelet: /^(?:cpuManagerPolicy|topologyManagerPolicy|explicit)\b/,
  // A table without its footer is a finding of its own; lines are counted; of several runs only what is common to all is said.
  nccl: /^(?:runs\b|channels\.|signatures\[\]: \{"id":"derived\.|(?:collective|ranks|nodes|testsVersion): .{1,60} where the whole has null$)/,
  // Dots between rows say that rows are left out; before they come, nothing does.
  mstconfig: /^devices\[\]\.effectiveVfs: \d+ where the whole has null$/,
}

export interface FuzzOptions {
  inputs: number
  seed: number
  /** Milliseconds since any moment; the fuzzer itself reads no clock. */
  clock(): number
  /** Judged as well: one of so many inputs. */
  judgeEvery: number
  /** Ends early after so many milliseconds; default: never. */
  maxMs?: number
}

/** Different violations of one format that are kept. */
const MAX_VIOLATIONS = 20
/** A single small input may never take longer, ms: a regular expression that runs away takes seconds. */
const MAX_ONE_MS = 1500

/**
 * Feeds a parser cut and corrupted texts. It must never throw; a text cut at any byte must give the same facts or fewer (P-05); and what
 * was cut may never turn a failed check into a passed one.
 */
export function fuzzFormat(
  format: AnyFormat,
  seeds: readonly string[],
  knowledge: Knowledge,
  options: FuzzOptions,
): FuzzResult {
  const random = randomOf(options.seed)
  const violations: Violation[] = []
  const report = (rule: Violation['rule'], what: string, input: string) => {
    if (violations.length < MAX_VIOLATIONS && !violations.some((one) => one.rule === rule && one.what === what))
      violations.push({ kind: format.kind, rule, what, input })
  }
  const wholes = seeds.map((text) => ({
    text,
    facts: factsOf(format, text, report),
    failed: failedOf(format, text, knowledge),
  }))
  let [characters, spent, inputs] = [0, 0, 0]
  const started = options.clock()
  for (let turn = 0; turn < options.inputs && wholes.length > 0; turn += 1) {
    if (options.maxMs !== undefined && options.clock() - started > options.maxMs) break
    inputs += 1
    const whole = wholes[turn % wholes.length]
    if (!whole) break
    const isCut = turn % 2 === 0
    const text = isCut ? whole.text.slice(0, Math.floor(random() * whole.text.length)) : mutate(whole.text, random)
    const start = options.clock()
    const facts = factsOf(format, text, report)
    const took = options.clock() - start
    characters += text.length
    spent += took
    if (took > MAX_ONE_MS) report('slow', `${Math.round(took)} ms for ${text.length} characters`, text)
    if (!isCut) continue
    const other = facts && whole.facts ? factSubset(facts, whole.facts) : null
    if (other) report('cut', other, text)
    // A text that ends with a line shows no cut: what came after it nobody can miss.
    if (turn % options.judgeEvery === 0 && whole.failed.size > 0 && !atLineEnd(whole.text, text.length))
      for (const check of passedOf(format, text, knowledge)) if (whole.failed.has(check)) report('pass', check, text)
  }
  return {
    kind: format.kind,
    inputs,
    msPerMib: (spent / Math.max(1, characters)) * 1024 * 1024,
    violations,
  }
}

/** True where a cut falls between two lines. */
function atLineEnd(text: string, at: number): boolean {
  return text[at - 1] === '\n' || text[at] === '\n'
}

function factsOf(
  format: AnyFormat,
  text: string,
  report: (rule: Violation['rule'], what: string, input: string) => void,
): unknown {
  try {
    const capture = toCapture(text)
    const sure = format.recognise(capture)
    if (!(sure >= 0 && sure <= 100)) report('certainty', String(sure), text)
    const parsed = format.parse(capture)
    return parsed.status === 'ok' ? parsed.facts : null
  } catch (error) {
    report(
      'throws',
      error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 2).join(' ') : String(error),
      text,
    )
    return null
  }
}

function verdictsOf(format: AnyFormat, text: string, knowledge: Knowledge) {
  const parsed = format.parse(toCapture(text))
  if (parsed.status !== 'ok') return []
  // The format's own facts go back into the format: the one place where their type is forgotten in between.
  return judgeFacts({ whole: format.provides?.(parsed.facts as never) ?? {}, nodes: [] }, knowledge).verdicts
}

function failedOf(format: AnyFormat, text: string, knowledge: Knowledge): ReadonlySet<string> {
  const verdicts = verdictsOf(format, text, knowledge)
  return new Set(verdicts.filter((one) => one.status === 'fail').map((one) => one.check))
}

function passedOf(format: AnyFormat, text: string, knowledge: Knowledge): readonly string[] {
  return verdictsOf(format, text, knowledge)
    .filter((one) => one.status === 'pass')
    .map((one) => one.check)
}

/** A small generator of its own (mulberry32): the same seed gives the same inputs everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const HOSTILE = [
  '\u0000\u0007\u001b[31m',
  '\u202e0000:18:00.0',
  '(((((((((((((((((((((((((((((((',
  '{"a":{"b":[[[[[[[[[[',
  '"""\'\'\'```',
  '- - - - - - - - -',
  ': : : : : :',
  '&anchor *anchor <<: *anchor',
  '__proto__: {polluted: true}',
  '"__proto__": {"polluted": true},',
  '9'.repeat(120),
  'x'.repeat(300),
  '\ud800',
  'NaN Infinity -0 1e999 0x',
  '$(reboot) `reboot` ; rm -rf /',
  'constructor toString hasOwnProperty',
  '=== 0000:18:00.0',
  '---',
]
const PREFIXES = ['2026-11-21T14:09:57.057945775Z ', '[pod/a/b] ', '> ', '   12\t', 'node-a | ', '    ']

type Change = (lines: string[], random: () => number) => string[]

/** What happens to text on its way: lines lost, doubled, swapped, joined; other text between; prefixes; colours; other line ends. */
const CHANGES: readonly Change[] = [
  (lines, random) => lines.toSpliced(Math.floor(random() * lines.length), 1 + Math.floor(random() * 3)),
  (lines, random) => lines.toSpliced(Math.floor(random() * lines.length), 0, pick(lines, random)),
  (lines, random) => lines.toSpliced(Math.floor(random() * lines.length), 0, pick(HOSTILE, random)),
  (lines, random) => {
    const [a, b] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)]
    return lines.map((line, at) => (at === a ? (lines[b] ?? line) : at === b ? (lines[a] ?? line) : line))
  },
  (lines, random) => {
    const at = Math.floor(random() * lines.length)
    return lines.map((line, index) => (index === at ? withNoise(line, random) : line))
  },
  (lines, random) => {
    const prefix = pick(PREFIXES, random)
    return lines.map((line) => prefix + line)
  },
  (lines) => lines.map((line) => `${line}\r`),
  (lines, random) => lines.map((line) => (random() < 0.3 ? `\u001b[1;31m${line}\u001b[0m` : line)),
  (lines, random) => lines.map((line) => (random() < 0.2 ? line.trimStart() : line)),
  (lines, random) => [...lines, ...lines.slice(Math.floor(random() * lines.length))],
  (lines, random) =>
    lines.map((line) => (random() < 0.1 ? line.replace(/\d+/, pick(['', '-1', '99999999999', 'N/A'], random)) : line)),
]

function mutate(text: string, random: () => number): string {
  let lines = text.split('\n')
  for (let round = 0; round <= random() * 3; round += 1)
    lines = pick(CHANGES, random)(lines.length > 0 ? lines : [''], random)
  return lines.join('\n')
}

function withNoise(line: string, random: () => number): string {
  const at = Math.floor(random() * line.length)
  return line.slice(0, at) + pick(HOSTILE, random) + line.slice(at + Math.floor(random() * 5))
}

function pick<T>(from: readonly T[], random: () => number): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

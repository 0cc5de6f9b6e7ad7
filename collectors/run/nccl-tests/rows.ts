import type { Columns } from './columns'
import type { NcclRow, Placement } from './facts'

/** What a line is to the table: a whole row, the first part of one, the rest of one, or nothing. */
export type RowRead =
  | { kind: 'row'; row: NcclRow; inconsistent: boolean; checked: boolean }
  | { kind: 'part'; sizeBytes: number; values: readonly string[] }
  | { kind: 'none' }

const NONE: RowRead = { kind: 'none' }

const TYPES = 'float|half|double|bfloat16|u?int(?:8|16|32|64)|uint|int|char|f8e4m3|f8e5m2|fp8_e[45]m[23]'

/** `SIZE COUNT TYPE` opens every row; a prefix of any kind may stand before it. Both numbers are bounded: the pattern stays linear. */
const OPENING = new RegExp(`(?<![\\w.])(\\d{1,18}) {1,40}(\\d{1,18}) {1,20}(?:${TYPES})(?= |$|\\[)`)

/** Nothing but a row: most lines of a sweep. */
const BARE = new RegExp(
  `^ {0,40}\\d{1,18} {1,40}\\d{1,18} {1,20}(?:${TYPES})(?: {1,20}(?:sum|prod|max|min|avg|mulsum|none))? [-+.\\d eN/A]*$`,
)

/** Asked first: few lines of a log name a data type after a number. */
const TYPE = /\d {1,20}(?:float|half|double|bfloat16|u?int|char|f8|fp8)/

/** Open MPI 5 prints a rank tag with every write, so also inside a row; older ones `[1,0]<stdout>:`. */
const TAGS = /\[\d{1,6}(?:,\d{1,6})?\](?:<std\w{1,8}>:)?/g

const NUMBER = /^(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|N\/A|-?nan|inf)$/i

/** True where a line holds the beginning of a row, whatever follows. */
export function opensRow(line: string): boolean {
  return TYPE.test(line) && OPENING.test(line)
}

/** True for a line that holds a row or its first part and nothing else: no prefix, no words of a log. */
export function isBareRow(line: string): boolean {
  return BARE.test(line)
}

/** Reads a line as a row of a table. `columns` is null where the header was not seen: then the number of values decides. */
export function parseRow(line: string, columns: Columns | null): RowRead {
  const opening = TYPE.test(line) ? OPENING.exec(line) : null
  if (!opening) return NONE
  const rest = line.slice(opening.index + opening[0].length)
  const words = wordsOf(rest)
  const sizeBytes = Number(opening[1])
  const { values, glued } = splitIdentity(withoutTimestamp(words), columns)
  const width = halfWidth(values.length, columns)
  if (glued || width === null) return { kind: 'part', sizeBytes, values }
  return wholeRow(sizeBytes, values, width, columns)
}

/** Reads a line that holds only the values a `part` still lacks. */
export function continueRow(
  part: { sizeBytes: number; values: readonly string[] },
  line: string,
  columns: Columns | null,
): RowRead {
  const words = withoutTimestamp(wordsOf(line))
  if (words.length === 0 || words.length > 16 || !words.every((word) => NUMBER.test(word))) return NONE
  const values = [...part.values, ...words]
  const width = halfWidth(values.length, columns)
  if (width === null) return NONE
  const whole = wholeRow(part.sizeBytes, values, width, columns)
  return whole.kind === 'row' && !whole.inconsistent ? whole : NONE
}

function wholeRow(sizeBytes: number, values: readonly string[], width: number, columns: Columns | null): RowRead {
  const how = { counts: columns ? columns.countsWrong : !/e-/i.test(values[3] ?? ''), sizeBytes, width, columns }
  const first = placement(values, 0, how)
  const second = values.length > width ? placement(values, width, how) : null
  if (!first || (!second && values.length > width)) return NONE
  const isInPlace = columns?.placements[0] === 'inPlace'
  return {
    kind: 'row',
    row: {
      sizeBytes,
      outOfPlace: isInPlace ? NOT_MEASURED : first.value,
      inPlace: isInPlace ? first.value : (second?.value ?? NOT_MEASURED),
    },
    inconsistent: first.inconsistent || second?.inconsistent === true,
    checked: first.checked || second?.checked === true,
  }
}

const NOT_MEASURED: Placement = { timeUsec: null, algbwGBps: null, busbwGBps: null, wrong: null }

/** Values a half has, 4 or 8; null where the row has too few or too many. */
function halfWidth(count: number, columns: Columns | null): number | null {
  if (columns) return count === columns.half.length * columns.placements.length ? columns.half.length : null
  return count === 8 ? 4 : count === 16 ? 8 : null
}

/** Words of a row; rank tags inside it count as blanks. */
function wordsOf(text: string): string[] {
  const clean = text.includes('[') ? text.replace(TAGS, ' ') : text
  const words = clean.match(/\S+/g) ?? []
  // Old rccl-tests mark an error above its threshold: `5e-01*`.
  return clean.includes('*') ? words.map((word) => (/^[\d.e+-]+\*$/i.test(word) ? word.slice(0, -1) : word)) : words
}

const DATE = /^\d{4}-\d\d-\d\d$/
const TIME = /^\d\d:\d\d:\d\d$/

/** `-S 1` ends the row with a date and a time. */
function withoutTimestamp(words: readonly string[]): readonly string[] {
  const stamped = TIME.test(words.at(-1) ?? '') && DATE.test(words.at(-2) ?? '')
  return stamped ? words.slice(0, -2) : words
}

const REDOP = /^[a-z]{2,10}$/
/** A redop or a root. */
const IDENTITY = /^(?:[a-z]{2,10}|-?\d+)$/

/** Takes redop and root off the front; `glued` is true where something that is no value follows (text glued into the row). */
function splitIdentity(
  words: readonly string[],
  columns: Columns | null,
): { values: readonly string[]; glued: boolean } {
  let end = 0
  while (end < words.length && (NUMBER.test(words[end] ?? '') || (end < 2 && IDENTITY.test(words[end] ?? '')))) end += 1
  const named = REDOP.test(words[0] ?? '') && end > 0 ? 1 : 0
  const rooted =
    (end > named && words[named] === '-1') || (columns ? columns.identity.includes('root') : (end - named) % 4 === 1)
  const values = words.slice(named + (rooted ? 1 : 0), end)
  const glued = words[end]
  return glued === undefined ? { values, glued: false } : { values: [...values, ...countBefore(glued)], glued: true }
}

/** The count that ends a half, where a log line was printed right behind it: `0node-a:12:13`. */
function countBefore(glued: string): string[] {
  const count = /^(\d{1,12}|N\/A)(?=[A-Za-z][\w.-]*:\d)/.exec(glued)?.[1]
  return count === undefined ? [] : [count]
}

interface HalfRead {
  value: Placement
  inconsistent: boolean
  /** The last column holds a number: results were validated. */
  checked: boolean
}

interface HowRead {
  /** The last column counts wrong elements. */
  counts: boolean
  sizeBytes: number
  /** Values of a half. */
  width: number
  columns: Columns | null
}

/** The half of a row that begins at a value. */
function placement(
  values: readonly string[],
  from: number,
  { counts, sizeBytes, width, columns }: HowRead,
): HalfRead | null {
  const time = values[from]
  const algbw = values[from + 1]
  const busbw = values[from + 2]
  const last = width > 3 ? values[from + 3] : undefined
  if (time === undefined || algbw === undefined || busbw === undefined) return null
  const printed = toNumber(time)
  const bandwidth = toNumber(algbw)
  const half: Half = {
    sizeBytes,
    bandwidth,
    timeRounding: relativeRounding(time, printed),
    bandwidthRounding: relativeRounding(algbw, bandwidth),
  }
  const timeUsec = columns?.milliseconds ? milliseconds(printed) : columns ? printed : toUsec(printed, half)
  const wrong = counts && last !== undefined && COUNT.test(last) && !ROUNDING.test(last) ? Number(last) : null
  return {
    checked: last !== undefined && /^\d/.test(last),
    value: { timeUsec, algbwGBps: bandwidth, busbwGBps: toNumber(busbw), wrong },
    // With -C 1 the time is the launch's, the bandwidth is not.
    inconsistent: timeUsec !== null && !columns?.cpuTime && !fits(half, timeUsec, algbw === busbw),
  }
}

/** What a half prints, with how much the rounding of each number hides of it. */
interface Half {
  sizeBytes: number
  bandwidth: number | null
  timeRounding: number
  bandwidthRounding: number
}

const COUNT = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i
/** `%5.0le` of the old error column; a count prints exponents only from 1e+06 on. */
const ROUNDING = /e\+0[0-5]$/i

function milliseconds(printed: number | null): number | null {
  return printed === null ? null : Math.round(printed * 1e6) / 1e3
}

function toNumber(text: string): number | null {
  const value = Number(text)
  return Number.isFinite(value) && text !== '' ? value : null
}

/** nccl-tests 1.x prints milliseconds: told by the row itself, where only that fits its algbw. */
function toUsec(printed: number | null, half: Half): number | null {
  // A bandwidth that rounding hides says nothing of the unit.
  if (printed === null || (half.bandwidth ?? 0) < 1) return printed
  return !fits(half, printed) && fits(half, printed * 1000) ? printed * 1000 : printed
}

/**
 * algbw = size / time, within what both roundings allow (nccl.md §1.2).
 * @param withoutOwn algbw equals busbw: hypercube, and the gather family up to 2.8, count (n-1)/n of the size in both.
 */
function fits(
  { sizeBytes, bandwidth, timeRounding, bandwidthRounding }: Half,
  usec: number,
  withoutOwn = false,
): boolean {
  if (bandwidth === null || usec === 0) return true
  const slack = usec * timeRounding
  const low = sizeBytes / (usec + slack) / 1e3
  const high = slack >= usec ? Number.POSITIVE_INFINITY : sizeBytes / (usec - slack) / 1e3
  const rounding = bandwidth * bandwidthRounding + 0.006
  return bandwidth >= low * (withoutOwn ? 0.49 : 0.98) - rounding && bandwidth <= high * 1.02 + rounding
}

/** 10 to the minus n: half a digit at that place is what rounding hides. */
const PLACES = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001]

/** Half of the last printed digit, relative to the value. */
function relativeRounding(text: string, value: number | null): number {
  if (value === null || value <= 0) return 1
  const exponent = text.search(/e/i)
  const mantissa = exponent < 0 ? text : text.slice(0, exponent)
  const dot = mantissa.indexOf('.')
  const place = PLACES[dot < 0 ? 0 : mantissa.length - dot - 1] ?? 0
  return (0.5 * place * (exponent < 0 ? 1 : 10 ** Number(text.slice(exponent + 1)))) / value
}

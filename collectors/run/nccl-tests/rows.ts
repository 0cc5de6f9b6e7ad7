import type { Columns } from './columns'
import type { NcclRow, Placement } from './facts'

/** What a line is to the table: a whole row, the first part of one, the rest of one, or nothing. */
export type RowRead =
  | { kind: 'row'; row: NcclRow; inconsistent: boolean; checked: boolean }
  | { kind: 'part'; sizeBytes: number; values: readonly string[] }
  | { kind: 'none' }

const NONE: RowRead = { kind: 'none' }

/** `SIZE COUNT TYPE` opens every row; a prefix of any kind may stand before it. Both numbers are bounded: the pattern stays linear. */
const OPENING =
  /(?<![\w.])(\d{1,18}) {1,40}(\d{1,18}) {1,20}(?:float|half|double|bfloat16|u?int(?:8|16|32|64)|uint|int|char|f8e4m3|f8e5m2|fp8_e[45]m[23])(?= |$|\[)/

/** Asked first: few lines of a log name a data type after a number. */
const TYPE = /\d {1,20}(?:float|half|double|bfloat16|u?int|char|f8|fp8)/

/** Open MPI 5 prints a rank tag with every write, so also inside a row; older ones `[1,0]<stdout>:`. */
const TAGS = /\[\d{1,6}(?:,\d{1,6})?\](?:<std\w{1,8}>:)?/g

const NUMBER = /^(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|N\/A|-?nan|inf)$/i

/** True where a line holds the beginning of a row, whatever follows. */
export function opensRow(line: string): boolean {
  return TYPE.test(line) && OPENING.test(line)
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
  const placements = columns?.placements ?? ['outOfPlace', 'inPlace']
  const counts = columns ? columns.countsWrong : !/e-/i.test(values[3] ?? '')
  const row: NcclRow = { sizeBytes, outOfPlace: NOT_MEASURED, inPlace: NOT_MEASURED }
  let inconsistent = false
  let checked = false
  for (const [at, placing] of placements.entries()) {
    const half = placement(values.slice(at * width, (at + 1) * width), { counts, sizeBytes, columns })
    if (!half) return NONE
    row[placing] = half.value
    inconsistent ||= half.inconsistent
    checked ||= half.checked
  }
  return { kind: 'row', row, inconsistent, checked }
}

const NOT_MEASURED: Placement = { timeUsec: null, algbwGBps: null, busbwGBps: null, wrong: null }

/** Values a half has, 4 or 8; null where the row has too few or too many. */
function halfWidth(count: number, columns: Columns | null): number | null {
  if (columns) return count === columns.half.length * columns.placements.length ? columns.half.length : null
  return count === 8 ? 4 : count === 16 ? 8 : null
}

/** Words of a row; rank tags inside it count as blanks. */
function wordsOf(text: string): string[] {
  const clean = (text.includes('[') ? text.replace(TAGS, ' ') : text).trim()
  if (clean === '') return []
  const words = clean.split(/\s+/)
  // Old rccl-tests mark an error above its threshold: `5e-01*`.
  return clean.includes('*') ? words.map((word) => (/^[\d.e+-]+\*$/i.test(word) ? word.slice(0, -1) : word)) : words
}

/** `-S 1` ends the row with a date and a time. */
function withoutTimestamp(words: readonly string[]): readonly string[] {
  const stamped = /^\d{4}-\d\d-\d\d$/.test(words.at(-2) ?? '') && /^\d\d:\d\d:\d\d$/.test(words.at(-1) ?? '')
  return stamped ? words.slice(0, -2) : words
}

/** Takes redop and root off the front; `glued` is true where something that is no value follows (text glued into the row). */
function splitIdentity(
  words: readonly string[],
  columns: Columns | null,
): { values: readonly string[]; glued: boolean } {
  const end = words.findIndex((word, at) => !NUMBER.test(word) && !(at < 2 && /^(?:[a-z]{2,10}|-?\d+)$/.test(word)))
  const usable = end < 0 ? words : words.slice(0, end)
  const named = /^[a-z]{2,10}$/.test(usable[0] ?? '') ? 1 : 0
  const rooted =
    usable[named] === '-1' || (columns ? columns.identity.includes('root') : (usable.length - named) % 4 === 1)
  const skip = named + (rooted ? 1 : 0)
  return { values: usable.slice(skip), glued: end >= 0 }
}

interface HalfRead {
  value: Placement
  inconsistent: boolean
  /** The last column holds a number: results were validated. */
  checked: boolean
}

function placement(
  values: readonly string[],
  how: { counts: boolean; sizeBytes: number; columns: Columns | null },
): HalfRead | null {
  const { counts, sizeBytes, columns } = how
  const [time, algbw, busbw, last] = values
  if (time === undefined || algbw === undefined || busbw === undefined) return null
  const timeUsec =
    columns === null ? toUsec(time, algbw, sizeBytes) : columns.milliseconds ? milliseconds(time) : toNumber(time)
  const value: Placement = {
    timeUsec,
    algbwGBps: toNumber(algbw),
    busbwGBps: toNumber(busbw),
    wrong:
      counts && last !== undefined && /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(last) && !ROUNDING.test(last)
        ? Number(last)
        : null,
  }
  return {
    checked: /^\d/.test(last ?? ''),
    value,
    // With -C 1 the time is the launch's, the bandwidth is not.
    inconsistent: timeUsec !== null && !columns?.cpuTime && !fits(sizeBytes, time, timeUsec, algbw, algbw === busbw),
  }
}

/** `%5.0le` of the old error column; a count prints exponents only from 1e+06 on. */
const ROUNDING = /e\+0[0-5]$/i

function milliseconds(time: string): number | null {
  const printed = toNumber(time)
  return printed === null ? null : Math.round(printed * 1e6) / 1e3
}

function toNumber(text: string): number | null {
  const value = Number(text)
  return Number.isFinite(value) && text !== '' ? value : null
}

/** nccl-tests 1.x prints milliseconds: told by the row itself, where only that fits its algbw. */
function toUsec(time: string, algbw: string, sizeBytes: number): number | null {
  const printed = toNumber(time)
  // A bandwidth that rounding hides says nothing of the unit.
  if (printed === null || (toNumber(algbw) ?? 0) < 1) return printed
  return !fits(sizeBytes, time, printed, algbw) && fits(sizeBytes, time, printed * 1000, algbw)
    ? printed * 1000
    : printed
}

/**
 * algbw = size / time, within what both roundings allow (nccl.md §1.2).
 * @param withoutOwn algbw equals busbw: hypercube, and the gather family up to 2.8, count (n-1)/n of the size in both.
 */
function fits(sizeBytes: number, printed: string, usec: number, algbw: string, withoutOwn = false): boolean {
  const bandwidth = toNumber(algbw)
  if (bandwidth === null || usec === 0) return true
  const slack = usec * relativeRounding(printed, Number(printed))
  const low = sizeBytes / (usec + slack) / 1e3
  const high = slack >= usec ? Number.POSITIVE_INFINITY : sizeBytes / (usec - slack) / 1e3
  const rounding = bandwidth * relativeRounding(algbw, bandwidth) + 0.006
  return bandwidth >= low * (withoutOwn ? 0.49 : 0.98) - rounding && bandwidth <= high * 1.02 + rounding
}

/** 10 to the minus n: half a digit at that place is what rounding hides. */
const PLACES = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001]

/** Half of the last printed digit, relative to the value. */
function relativeRounding(text: string, value: number): number {
  if (!(value > 0)) return 1
  const exponent = text.search(/e/i)
  const mantissa = exponent < 0 ? text : text.slice(0, exponent)
  const dot = mantissa.indexOf('.')
  const place = PLACES[dot < 0 ? 0 : mantissa.length - dot - 1] ?? 0
  return (0.5 * place * (exponent < 0 ? 1 : 10 ** Number(text.slice(exponent + 1)))) / value
}

import { opensRow } from './rows'

/** Narrowest and widest terminals looked for; tables are 120 to 210 characters wide. */
const MIN_WIDTH = 60
const MAX_WIDTH = 208
/** Lines looked at to tell the width. */
const LOOK = 4000
const LOOK_CHARACTERS = 2 * 1024 * 1024
/** Pieces a line may be in. */
const MAX_PIECES = 4

const HEADER = /^#? *size +count +type +\w/
/** Values, and the time of -S, that end a row. */
const VALUES = /^[\s\d.:e+/NA-]*$/
/** A line of its own, of NCCL or a launcher, between those of the table. */
const OTHER = /\bNCCL |^\S+:\d+:\d+ |^\S{1,200}: Test \w/
/** Units below the names of the columns. */
const UNITS = /^[\s()usGB/]*$/

/**
 * Puts the lines of tables together again that a narrow terminal broke. The same text where no header was broken: a whole one proves that
 * the terminal was wide enough.
 */
export function withoutWraps(text: string): string {
  if (!isBroken(text)) return text
  const lines = text.split('\n')
  const width = widthOf(lines)
  if (width === null) return text
  const out: string[] = []
  let last = ''
  let pieces = 1
  for (const [at, line] of lines.entries()) {
    const head = out.at(-1) ?? ''
    const ended = at < lines.length - 1
    const joins = at > 0 && ended && pieces < MAX_PIECES && last.length <= width && isRestOf(head, last, line, width)
    if (joins) out[out.length - 1] = head.padEnd(pieces * width) + line
    else out.push(line)
    pieces = joins ? pieces + 1 : 1
    last = line
  }
  return out.join('\n')
}

/** True where a line goes on with the one that `head` begins and `last` is the last piece of. */
function isRestOf(head: string, last: string, line: string, width: number): boolean {
  if (line.trim() === '' || line.startsWith('#') || OTHER.test(line) || opensRow(line)) return false
  if (opensRow(head)) return VALUES.test(line)
  if (HEADER.test(head)) return !line.includes('(B)')
  if (/^#? *\(B\) /.test(head)) return UNITS.test(line)
  if (/^#? +out-of-place/.test(head)) return line.length < width && !line.includes('size')
  return head.startsWith('#') && last.length === width
}

/** A header that the line of units does not follow at once. */
function isBroken(text: string): boolean {
  const at = text.slice(0, LOOK_CHARACTERS).search(/^#? *size +count +type +\w/m)
  if (at < 0) return false
  const [header = '', ...next] = text.slice(at, at + MAX_PIECES * MAX_WIDTH).split('\n', MAX_PIECES + 1)
  const rest = next[0] ?? ''
  if (header.length < MIN_WIDTH - 10 || rest.includes('(B)') || OTHER.test(rest)) return false
  return next.some((line) => line.includes('(B)'))
}

/** The width at which lines were broken: the longest of them, where several have it. */
function widthOf(lines: readonly string[]): number | null {
  const lengths = lines.slice(0, LOOK).map((line) => line.length)
  const most = lengths.reduce((longest, length) => Math.max(longest, length), 0)
  const several = lengths.filter((length) => length === most).length >= 3
  return several && most >= MIN_WIDTH && most <= MAX_WIDTH ? most : null
}

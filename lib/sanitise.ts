/**
 * The one place where hostile text is made harmless (SEC-17): node output, pod logs, object names, events, pasted captures.
 * The result holds no control, escape, bidi or zero-width character and no lone surrogate; line ends are `\n`.
 */

/** Longest line kept, characters; longer ones are cut with a mark. SEC-17: 16 KiB. */
export const MAX_LINE = 16 * 1024
export const CUT_MARK = ' …[cut]'

// CSI, OSC/DCS/SOS/PM/APC (ended by BEL or ST, or cut off by a line end), and two-character escapes.
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c|(?=\n)|$)|\u001b[ -/]*[0-~]?/g
// C0 except tab and newline, DEL, C1, bidi controls, zero-width, line/paragraph separators, BOM, tag characters.
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Makes many-line text harmless. `\r\n` and lone `\r` become line ends; long lines are cut unless `maxLine` is Infinity. */
export function sanitise(text: string, maxLine = MAX_LINE): string {
  const clean = wellFormed(text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(HARMFUL, ''))
  if (clean.length <= maxLine) return clean
  return clean
    .split('\n')
    .map((line) => (isTooLong(line, maxLine) ? firstOf(line, maxLine) + CUT_MARK : line))
    .join('\n')
}

/** Halves of characters become U+FFFD: by way of UTF-8, which has none (50 MB of them would take a regular expression many seconds). */
function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? new TextDecoder().decode(new TextEncoder().encode(text)) : text
}

/** A line that was cut before is not cut again. */
function isTooLong(line: string, max: number): boolean {
  return line.length > max && !(line.length <= max + CUT_MARK.length && line.endsWith(CUT_MARK))
}

/** Makes a name or message harmless for one line: line ends and tabs become spaces, at most `max` characters. */
export function sanitiseLine(text: string, max = 300): string {
  const line = sanitise(text.slice(0, max * 4), Number.POSITIVE_INFINITY).replace(/[\n\t]+/g, ' ')
  return line.length > max ? `${firstOf(line, max - 1)}…` : line
}

/** The first `max` characters, or one less where that would halve one. */
function firstOf(text: string, max: number): string {
  const last = text.charCodeAt(max - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max)
}

/** Nesting no real object has: what lies deeper is not kept. */
const MAX_DEPTH = 40

/** A copy of plain data with every string (and key) made harmless; the same object when nothing had to change. */
export function sanitiseData<T>(data: T): T {
  return cleaned(data, 0) as T
}

function cleaned(data: unknown, depth: number): unknown {
  if (typeof data === 'string') return SUSPICIOUS.test(data) ? sanitise(data) : data
  if (typeof data !== 'object' || data === null) return data
  if (depth > MAX_DEPTH) return CUT_MARK
  let changed = false
  const entries = Object.entries(data).map(([key, value]) => {
    const pair = [SUSPICIOUS.test(key) ? sanitiseLine(key) : key, cleaned(value, depth + 1)] as const
    changed ||= pair[0] !== key || pair[1] !== value
    return pair
  })
  if (!changed) return data
  return Array.isArray(data) ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

/** Anything `sanitise` would touch, bar long lines. */
const SUSPICIOUS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]/

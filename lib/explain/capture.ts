import type { Capture } from '@/lib/format'
import { sanitise } from '@/lib/sanitise'

/** Longest line a parser sees; JSON answers come on one line, so this is generous. */
const MAX_CAPTURE_LINE = 4 * 1024 * 1024

/** Spaces that web pages and chats put in the place of plain ones. */
const WIDE_SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g

/** Cleans pasted or read text once, for every format: harmless characters, `\n` line ends, common indent removed. */
export function toCapture(raw: string): Capture {
  const lines = sanitise(raw, MAX_CAPTURE_LINE).replace(WIDE_SPACES, ' ').split('\n')
  const indent = commonIndent(lines)
  const kept =
    indent === ''
      ? lines
      : lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
  return { text: kept.join('\n'), lines: kept }
}

/** The spaces and tabs with which all lines with text begin. */
function commonIndent(lines: readonly string[]): string {
  let common: string | null = null
  for (const line of lines) {
    if (line.trim() === '') continue
    const own = line.slice(0, line.length - line.trimStart().length)
    common = common === null ? own : shared(common, own)
    if (common === '') return ''
  }
  return common ?? ''
}

function shared(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return a.slice(0, length)
}

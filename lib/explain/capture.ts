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
  const kept = indent === 0 ? lines : lines.map((line) => line.slice(Math.min(indent, leadingSpaces(line))))
  return { text: kept.join('\n'), lines: kept }
}

function leadingSpaces(line: string): number {
  return line.length - line.trimStart().length
}

/** Spaces that all lines with text share; tabs count as characters of their own and stop it. */
function commonIndent(lines: readonly string[]): number {
  let common = Number.POSITIVE_INFINITY
  for (const line of lines) {
    if (line.trim() === '') continue
    const spaces = line.length - line.replace(/^ +/, '').length
    common = Math.min(common, spaces)
    if (common === 0) return 0
  }
  return Number.isFinite(common) ? common : 0
}

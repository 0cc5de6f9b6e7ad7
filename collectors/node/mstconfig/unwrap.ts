import { rejoined, widest } from '@/lib/explain/rejoined'

const HEADER = /^\s*Configurations:\s+(\S.*)$/
/** Only words of a header, whole or broken: what a terminal put on the next line. */
const REST = /^\s*[A-Za-z][A-Za-z ]{0,200}$/
/** How a line of the output begins that is no rest of the one before: heading, field, row, footer, error, prompt. */
const BEGINS =
  /^\s*$|^\s*(?:Device #|-{5}|Device type:|Name:|Description:|Device:|Configurations:|The '|-[EIW]-|Device Firmware)|^\s*\*?(?:RO)?\s*(?!Array\[)[A-Z][A-Za-z0-9_]{2,80}(?:\[\d+(?:\.\.\d+)?\])?\s|^=== |^\S{0,100}[#$] /

/** Rows, and the description. */
const LONG =
  /^\s*\*?(?:RO)?\s*(?!Array\[)[A-Z][A-Za-z0-9_]{2,80}(?:\[\d+(?:\.\.\d+)?\])?\s|^\s*(?:Description|Name|Device|Device type):/

/**
 * Puts lines together again that a narrow terminal wrapped: told by a header that only makes sense with the line after it. Rows are then
 * joined with the lines after them that begin nothing of their own. Returns the same lines where nothing is wrapped.
 */
export function unwrapped(lines: readonly string[]): readonly string[] {
  if (!lines.some((line, at) => isBroken(line, lines[at + 1] ?? ''))) return lines
  const headed = lines.flatMap((line, at) => {
    if (isBroken(line, lines[at + 1] ?? '')) return [join(line, lines[at + 1] ?? '')]
    return isBroken(lines[at - 1] ?? '', line) ? [] : [line]
  })
  return rejoined(headed, LONG, BEGINS, widest(lines))
}

/** The header's words, however they were broken. */
function join(line: string, next: string): string {
  return isHeader(`${line} ${next}`) ? `${line} ${next}` : `${line}${next}`
}

/** True where the words of the header end on the next line. */
function isBroken(line: string, next: string): boolean {
  const words = HEADER.exec(line)?.[1]
  if (words === undefined || !REST.test(next)) return false
  return isHeader(`${line} ${next}`) || isHeader(`${line}${next}`)
}

function isHeader(text: string): boolean {
  return /^ ?Configurations:(?: (?:Default|Current|Next Boot|New))+ ?$/.test(text.replace(/\s+/g, ' '))
}

const HEADER = /^\s*Configurations:\s+(\S.*)$/
/** Only words of a header, whole or broken: what a terminal put on the next line. */
const REST = /^\s*[A-Za-z][A-Za-z ]{0,200}$/
/** How a line of the output begins that is no rest of the one before: heading, field, row, footer, error, prompt. */
const BEGINS =
  /^\s*$|^\s*(?:Device #|-{5}|Device type:|Name:|Description:|Device:|Configurations:|The '|-[EIW]-|Device Firmware)|^[* ]?(?:RO)?\s*[A-Z][A-Z0-9_]{2,80}(?:\[\d+(?:\.\.\d+)?\])?\s|^=== |^\S{0,100}[#$] /

/**
 * Puts lines together again that a narrow terminal wrapped: told by a header that only makes sense with the line after it. Rows are then
 * joined with the lines after them that begin nothing of their own. Returns the same lines where nothing is wrapped.
 */
export function unwrapped(lines: readonly string[]): readonly string[] {
  if (!lines.some((line, at) => isBroken(line, lines[at + 1] ?? ''))) return lines
  const width = Math.max(...lines.map((line) => line.trimEnd().length))
  const out: string[] = []
  let last = ''
  for (const line of lines) {
    const joins = last !== '' && (isBroken(last, line) || !BEGINS.test(line))
    // A line as wide as the terminal may have been broken inside a word; a shorter one ended in spaces that the paste lost.
    if (joins) out.push(`${out.pop() ?? ''}${last.length >= width ? '' : ' '}${line}`)
    else out.push(line)
    last = line
  }
  return out
}

/** True where the words of the header end on the next line. */
function isBroken(line: string, next: string): boolean {
  const words = HEADER.exec(line)?.[1]
  if (words === undefined || !REST.test(next)) return false
  const both = `${words} ${next}`
  const glued = `${words}${next}`
  return [both, glued].some((text) => /^(?:(?:Default|Current|Next Boot|New)\s*)+$/.test(text.replace(/\s+/g, ' ').trim()))
}

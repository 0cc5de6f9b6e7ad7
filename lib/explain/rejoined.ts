/** Pieces of one line: more are other text. */
const MAX_PIECES = 8

/**
 * Puts lines together again that a narrow terminal wrapped, for layouts whose long lines and beginnings are known.
 * @param long lines that may go on on the next one.
 * @param begins how a line of the output begins that is no rest of the one before.
 * @param width of the terminal, characters.
 */
export function rejoined(
  lines: readonly string[],
  long: RegExp,
  begins: RegExp,
  width = widest(lines),
): readonly string[] {
  const out: string[] = []
  let before = ''
  let last = ''
  let lastIsBlank = true
  let pieces = 1
  for (const [at, line] of lines.entries()) {
    const isBlank = line.trim() === ''
    // A last line without its end may be the beginning of anything.
    const ended = at < lines.length - 1
    const joins = !isBlank && !lastIsBlank && ended && pieces < MAX_PIECES && long.test(before) && !begins.test(line)
    // A line as wide as the terminal may have been broken inside a word; a shorter one ended in spaces that the paste lost.
    before = joins ? `${before}${last.length >= width ? '' : ' '}${line}` : line
    if (joins) out[out.length - 1] = before
    else out.push(line)
    pieces = joins ? pieces + 1 : 1
    last = line
    lastIsBlank = isBlank
  }
  return out.length === lines.length ? lines : out
}

/** Width of a terminal that wrapped some of the lines, characters. */
export function widest(lines: readonly string[]): number {
  let most = 0
  for (const line of lines) if (line.length > most) most = Math.max(most, line.trimEnd().length)
  return most
}

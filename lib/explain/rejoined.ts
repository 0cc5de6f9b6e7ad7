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
  let last = ''
  let pieces = 1
  for (const [at, line] of lines.entries()) {
    const before = out.at(-1) ?? ''
    // A last line without its end may be the beginning of anything.
    const ended = at < lines.length - 1
    const joins =
      pieces < MAX_PIECES &&
      ended &&
      last.trim() !== '' &&
      line.trim() !== '' &&
      long.test(before) &&
      !begins.test(line)
    // A line as wide as the terminal may have been broken inside a word; a shorter one ended in spaces that the paste lost.
    if (joins) out[out.length - 1] = `${before}${last.length >= width ? '' : ' '}${line}`
    else out.push(line)
    pieces = joins ? pieces + 1 : 1
    last = line
  }
  return out.length === lines.length ? lines : out
}

/** Width of a terminal that wrapped some of the lines, characters. */
export function widest(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, line.trimEnd().length), 0)
}

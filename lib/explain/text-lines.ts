/** A line of a capture. `ended` is false for a last line without its line end: the value at its end may be cut short. */
export interface TextLine {
  text: string
  ended: boolean
}

/** Lines of a capture, trimmed, without empty ones. */
export function textLines(lines: readonly string[]): TextLine[] {
  const last = lines.length - 1
  const found: TextLine[] = []
  for (const [at, line] of lines.entries()) {
    const text = line.trim()
    if (text !== '') found.push({ text, ended: at < last })
  }
  return found
}

/** True where the last line has no end: what comes after it is not known. */
export function endsInsideLine(lines: readonly string[]): boolean {
  return (lines.at(-1) ?? '').trim() !== ''
}

/** Error lines of a capture without what the tool puts before them (`ibpanic: [7]`, `-E-`), each once. */
export function errorsOf(lines: readonly TextLine[], isError: RegExp, marker: RegExp): string[] {
  const found = lines.filter(({ text }) => isError.test(text)).map(({ text }) => text.replace(marker, '').trim())
  return [...new Set(found)]
}

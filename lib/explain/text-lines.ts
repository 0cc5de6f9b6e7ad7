/** A line of a capture. `ended` is false for a last line without its line end: the value at its end may be cut short. */
export interface TextLine {
  text: string
  ended: boolean
}

/** Lines of a capture, trimmed, without empty ones. */
export function textLines(lines: readonly string[]): TextLine[] {
  return lines
    .map((line, at) => ({ text: line.trim(), ended: at < lines.length - 1 }))
    .filter(({ text }) => text !== '')
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

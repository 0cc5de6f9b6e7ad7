export interface MarkedLine {
  marked: boolean
  parts: readonly { text: string; mark: boolean }[]
}

/** Lines kept, and marks looked for: a page is not a log store. */
const MAX_LINES = 20_000
const MAX_MARKS = 64

/** Splits a raw text into lines and marks every occurrence of the given substrings. A mark over several lines marks each whole line. */
export function markLines(text: string, marks: readonly string[]): MarkedLine[] {
  const wanted = marks
    .flatMap((mark) => mark.split('\n'))
    .filter((mark) => mark.trim() !== '')
    .slice(0, MAX_MARKS)
  const lines = text.replace(/\n$/, '').split('\n', MAX_LINES)
  return lines.map((line) => markLine(line, wanted))
}

function markLine(line: string, marks: readonly string[]): MarkedLine {
  const parts: { text: string; mark: boolean }[] = []
  let at = 0
  while (at < line.length) {
    let start = line.length
    let length = 0
    for (const mark of marks) {
      const found = line.indexOf(mark, at)
      if (found >= 0 && (found < start || (found === start && mark.length > length))) {
        start = found
        length = mark.length
      }
    }
    if (length === 0) break
    if (start > at) parts.push({ text: line.slice(at, start), mark: false })
    parts.push({ text: line.slice(start, start + length), mark: true })
    at = start + length
  }
  if (at < line.length) parts.push({ text: line.slice(at), mark: false })
  return { marked: parts.some((part) => part.mark), parts }
}

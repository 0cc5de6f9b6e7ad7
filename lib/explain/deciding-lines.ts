import type { Detail } from '@/lib/check'

/** Lines marked of one check. */
const MAX_LINES = 200
/** Lines of a text that are looked at for values. */
const MAX_LOOKED = 20_000
/** More lines than this with the same values decide nothing: they are a table's every row. */
const MAX_ALIKE = 4

/**
 * Numbers (from 1) of the lines of a capture that a verdict rests on: those it quotes; else those that hold most of the values it compares
 * (a table's deviating row, a label with its value). Empty where nothing points at a line: no line is marked by guess.
 */
export function decidingLines(text: string, evidence: readonly Detail[]): number[] {
  const lines = text.split('\n')
  const quoted = new Set(
    evidence.flatMap((detail) =>
      detail.kind === 'lines' ? detail.lines.filter((line) => line.mark).map((line) => line.text.trim()) : [],
    ),
  )
  if (quoted.size > 0) return lines.flatMap((line, at) => (quoted.has(line.trim()) ? [at + 1] : [])).slice(0, MAX_LINES)
  const found = new Set(evidence.flatMap(rowsOf).flatMap((cells) => linesWith(lines, cells)))
  return [...found].sort((a, b) => a - b).slice(0, MAX_LINES)
}

/** What a piece of evidence compares: cells of each deviating row, or a label with its value. */
function rowsOf(detail: Detail): string[][] {
  if (detail.kind === 'value' && !detail.ok) return [[detail.label, String(detail.value)]]
  if (detail.kind !== 'table') return []
  return detail.rows
    .filter((row) => row.deviates)
    .slice(0, 50)
    .map((row) => row.cells.flatMap((cell) => (cell === null || cell === '' ? [] : [String(cell)])))
}

/** The lines with most of the values as whole words: two at least, or one that is long enough to be a name. */
function linesWith(lines: readonly string[], cells: readonly string[]): number[] {
  let [best, found]: [number, number[]] = [0, []]
  for (const [at, line] of lines.slice(0, MAX_LOOKED).entries()) {
    const hits = cells.filter((cell) => hasWord(line, cell))
    const count = hits.length
    if (count < best || count === 0 || (count === 1 && (hits[0]?.length ?? 0) < 6)) continue
    if (count > best) [best, found] = [count, []]
    found.push(at + 1)
  }
  return found.length <= MAX_ALIKE ? found : []
}

function hasWord(line: string, word: string): boolean {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1))
    if (!isWordChar(line[at - 1]) && !isWordChar(line[at + word.length])) return true
  return false
}

function isWordChar(char: string | undefined): boolean {
  return char !== undefined && /[\w.]/.test(char)
}

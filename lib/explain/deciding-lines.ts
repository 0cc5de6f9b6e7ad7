import type { Detail } from '@/lib/check'

/** Lines marked of one check. */
const MAX_LINES = 200
/** Lines of a text that are looked at for values. */
const MAX_LOOKED = 20_000
/** More lines than this with the same values decide nothing: they are a table's every row. */
const MAX_ALIKE = 4

/**
 * Numbers (from 1) of the lines of a capture that a verdict rests on, the one that decides most first: those it quotes; else those that hold most of the values it compares
 * (a table's deviating row, a label with its value). Empty where nothing points at a line: no line is marked by guess.
 */
export function decidingLines(text: string, evidence: readonly Detail[]): number[] {
  const lines = text.split('\n')
  const quoted = evidence.flatMap((detail) =>
    detail.kind === 'lines' ? detail.lines.filter((line) => line.mark).map((line) => unrepeated(line.text)) : [],
  )
  if (quoted.length > 0) return linesQuoted(lines, quoted)
  const found = new Set(evidence.flatMap(rowsOf).flatMap((cells) => linesWith(lines, cells)))
  return [...found].sort((a, b) => a - b).slice(0, MAX_LINES)
}

/** A quoted line without the note that says how often it stands there. */
function unrepeated(line: string): string {
  return line.replace(/ {3}\(\d+ times\)$/, '').trim()
}

/** Lines that are quoted, those of the first quote first: it is the one that decides most. */
function linesQuoted(lines: readonly string[], quoted: readonly string[]): number[] {
  const rank = new Map([...quoted.entries()].reverse().map(([index, text]) => [text, index]))
  const found = lines.flatMap((line, at) => {
    const index = rank.get(line.trim())
    return index === undefined ? [] : [{ number: at + 1, index }]
  })
  return found
    .sort((a, b) => a.index - b.index || a.number - b.number)
    .slice(0, MAX_LINES)
    .map(({ number }) => number)
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

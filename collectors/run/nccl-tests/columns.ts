/** Columns of an nccl-tests table, read from its header line. */
export interface Columns {
  /** Columns between `type` and the first `time`: `redop`, `root`; 0 to 2. */
  identity: readonly string[]
  /** Names of one half, from `time`; both halves have the same. */
  half: readonly string[]
  /** Halves printed: 2, or 1 where a fork leaves a placement out. */
  halves: 1 | 2
  /** The last column counts wrong elements; false for `error` and `res`, a rounding delta of nccl-tests <= 2.11. */
  countsWrong: boolean
  /** Launch time only (-C 1): bandwidth is meaningless. */
  cpuTime: boolean
}

/** Reads `size count type … time algbw busbw …`; null for any other line. Accepts the names of nccl-tests 1.x (`bytes N type op … res`). */
export function parseColumns(line: string): Columns | null {
  if (!line.includes('algbw') || !line.includes('busbw')) return null
  const words = line.replaceAll('#wrong', ' #wrong').trim().split(/[\s]+/)
  const start = words.findIndex(
    (word, at) => /^(?:size|bytes)$/.test(word) && /^(?:count|N)$/.test(words[at + 1] ?? ''),
  )
  if (start < 0 || words[start + 2] !== 'type') return null
  const columns = words.slice(start + 3)
  const times = columns.flatMap((word, at) => (word === 'time' || word === 'cputime' ? [at] : []))
  const [first, second] = times
  if (first === undefined || first > 2 || times.length > 2) return null
  const half = columns.slice(first, second).filter((word) => word !== '')
  if (half[1] !== 'algbw' || half[2] !== 'busbw') return null
  if (second !== undefined && columns.slice(second).length !== half.length) return null
  return {
    identity: columns.slice(0, first),
    half,
    halves: second === undefined ? 1 : 2,
    countsWrong: /^#?wrong$/.test(half[3] ?? ''),
    cpuTime: half[0] === 'cputime',
  }
}

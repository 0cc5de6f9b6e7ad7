/** Which buffers a half of a row was measured with. */
export type Placing = 'outOfPlace' | 'inPlace'

/** Columns of an nccl-tests table, read from its header line. */
export interface Columns {
  /** Columns between `type` and the first `time`: `redop`, `root`; 0 to 2. */
  identity: readonly string[]
  /** Names of one half, from `time`; both halves have the same. */
  half: readonly string[]
  /** Halves printed, in order: both, or the one that is left (broadcast of 1.x, rccl-tests -O 0). */
  placements: readonly Placing[]
  /** nccl-tests 1.x prints milliseconds. */
  milliseconds: boolean
  /** The last column counts wrong elements; false for `error` and `res`, a rounding delta of nccl-tests <= 2.11. */
  countsWrong: boolean
  /** Launch time only (-C 1): bandwidth is meaningless. */
  cpuTime: boolean
}

const BOTH: readonly Placing[] = ['outOfPlace', 'inPlace']

/** The placements that the line above the header names; null for any other line. */
export function parsePlacings(line: string): readonly Placing[] | null {
  if (!/^[#\s]*(?:out-of-place|in-place)/.test(line)) return null
  return BOTH.filter((placing) =>
    placing === 'outOfPlace' ? line.includes('out-of-place') : /(?:^|[#\s])in-place/.test(line),
  )
}

/**
 * Reads `size count type … time algbw busbw …`; null for any other line. Accepts the names of nccl-tests 1.x (`bytes N type op … res`).
 * @param placings what the line above names; a table of one half without it is what makes such tables: in place only, in 1.x out of place only.
 */
export function parseColumns(line: string, placings: readonly Placing[] | null): Columns | null {
  if (!line.includes('algbw') || !line.includes('busbw')) return null
  const words = line.replaceAll('#wrong', ' #wrong').trim().split(/[\s]+/)
  const start = words.findIndex(
    (word, at) => /^(?:size|bytes)$/.test(word) && /^(?:count|N)$/.test(words[at + 1] ?? ''),
  )
  if (start < 0 || words[start + 2] !== 'type') return null
  const columns = words.slice(start + 3).filter((word) => word !== 'timestamp')
  const isFirst = words[start] === 'bytes'
  const times = columns.flatMap((word, at) => (word === 'time' || word === 'cputime' ? [at] : []))
  const [first, second] = times
  if (first === undefined || first > 2 || times.length > 2) return null
  const half = columns.slice(first, second).filter((word) => word !== '')
  if (half[1] !== 'algbw' || half[2] !== 'busbw') return null
  if (second !== undefined && columns.slice(second).length !== half.length) return null
  return {
    identity: columns.slice(0, first),
    half,
    placements: second !== undefined ? BOTH : placings?.length === 1 ? placings : [isFirst ? 'outOfPlace' : 'inPlace'],
    milliseconds: isFirst,
    countsWrong: /^#?wrong$/.test(half[3] ?? ''),
    cpuTime: half[0] === 'cputime',
  }
}

import type { RdmaCell, RdmaMatrix, RdmaTest } from '@/lib/contract/runs'

/** Tests as people say them. */
export const TEST_WORDS: Readonly<Record<RdmaTest, string>> = {
  'write-bw': 'write bandwidth, host memory',
  'write-bw-gpu': 'write bandwidth, GPU memory',
  'write-lat': 'write latency',
  rping: 'rping',
}
const GOOD: Readonly<Record<RdmaTest, string>> = {
  'write-bw': 'pairs reach line rate',
  'write-bw-gpu': 'pairs reach line rate from GPU memory',
  'write-lat': 'pairs have usual latency',
  rping: 'pairs connect by rdma_cm',
}
/** Cells named in the sentence. */
const MAX_NAMED = 3

/** A rail's name: its resource without the domain. */
export function railName(matrix: RdmaMatrix, rail: number): string {
  return matrix.rails[rail]?.replace(/^.*\//, '') ?? `${rail}`
}

/** "rail resibp24s0 from dgx030 to dgx031: 203 Gb/s is 50.8 % of 400 Gb/s". */
function cellWords(matrix: RdmaMatrix, cell: RdmaCell): string {
  return `rail ${railName(matrix, cell.rail)} from ${cell.from} to ${cell.to} (${TEST_WORDS[cell.test]}): ${cell.summary}`
}

/**
 * One sentence: corrupt or dead cells first, then what is good, then what to look at next.
 * @param finding what the worst check says; @param step the first step of its fix
 */
export function rdmaSentence(matrix: RdmaMatrix | null, finding: string | null, step: string | null): string {
  if (!matrix || matrix.cells.length === 0) return 'Nothing was measured.'
  const of = (status: RdmaCell['status']) => matrix.cells.filter((cell) => cell.status === status)
  const bad = of('fail').length > 0 ? of('fail') : of('warn')
  const open = matrix.cells.filter((cell) => cell.status === 'unknown')
  const counts = matrix.tests.map((test) => {
    const cells = matrix.cells.filter((cell) => cell.test === test)
    return `${cells.filter((cell) => cell.status === 'pass').length} of ${cells.length} ${GOOD[test]}`
  })
  const parts = [
    ...bad.slice(0, MAX_NAMED).map((cell) => cellWords(matrix, cell)),
    ...(bad.length > MAX_NAMED ? [`${bad.length - MAX_NAMED} more like these`] : []),
    ...counts,
    ...(open[0] ? [`${open.length} of ${matrix.cells.length} cells say nothing: ${cellWords(matrix, open[0])}`] : []),
  ]
  const found = bad.length === 0 && finding !== null ? [finding] : []
  const text = `${capital([...found, ...parts].join('; '))}.`
  const next = bad.length > 0 || found.length > 0 ? [commonOf(matrix, bad), step].filter((each) => each !== null) : []
  return next.length > 0 ? `${text} Next: ${next.join('; ')}.` : text
}

/** What all bad cells share where others of the same test are good: a node, or a rail. */
function commonOf(matrix: RdmaMatrix, bad: readonly RdmaCell[]): string | null {
  const [first] = bad
  if (!first) return null
  const isShared = (has: (cell: RdmaCell) => boolean) =>
    bad.every(has) && matrix.cells.some((cell) => !has(cell) && cell.status === 'pass')
  const node = [first.from, first.to].find((name) => isShared((cell) => cell.from === name || cell.to === name))
  const isOneRail = isShared((cell) => cell.rail === first.rail)
  if (node !== undefined && isOneRail) return `all of it is on rail ${railName(matrix, first.rail)} of ${node}`
  if (node !== undefined) return `all of it is at ${node}`
  return isOneRail ? `all of it is on rail ${railName(matrix, first.rail)}: look at its leaf switch` : null
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import type { RdmaCell, RdmaMatrix, RdmaTest } from '@/lib/contract/runs'
import { table } from './table'

const TITLES: Readonly<Record<RdmaTest, string>> = {
  'write-bw': 'ib_write_bw, host memory (Gb/s)',
  'write-bw-gpu': 'ib_write_bw, GPU memory (Gb/s)',
  'write-lat': 'ib_write_lat (µs)',
  rping: 'rping',
}
const MARKS: Readonly<Record<RdmaCell['status'], string>> = {
  pass: '',
  warn: ' WARN',
  fail: ' FAIL',
  unknown: ' ?',
  running: ' …',
  waiting: '',
}

/** The matrix of an RDMA run: a table a test, a line a pair, a column a rail; below it every cell that is not good, in words. */
export function rdmaTable(matrix: RdmaMatrix): string {
  const rails = matrix.rails.map((rail) => rail.replace(/^.*\//, ''))
  const tables = matrix.tests.map((test) => {
    const cells = matrix.cells.filter((cell) => cell.test === test)
    const pairs = [...new Map(cells.map((cell) => [JSON.stringify([cell.from, cell.to]), cell])).values()]
    const rows = pairs.map(({ from, to }) => [
      `${from} → ${to}`,
      ...rails.map((_, rail) =>
        cellText(cells.find((cell) => cell.from === from && cell.to === to && cell.rail === rail)),
      ),
    ])
    return `${TITLES[test]}\n${table([['', ...rails], ...rows])}`
  })
  const bad = matrix.cells.filter(
    (cell) => cell.status === 'fail' || cell.status === 'warn' || cell.status === 'unknown',
  )
  const words = bad
    .slice(0, MAX_WORDS)
    .map((cell) => [`${cell.test} ${rails[cell.rail] ?? cell.rail}`, `${cell.from} → ${cell.to}`, cell.summary])
  const more = bad.length > MAX_WORDS ? `\n… ${bad.length - MAX_WORDS} more` : ''
  return `${tables.join('\n\n')}\n${words.length > 0 ? `\n${table(words)}${more}\n` : ''}`
}

/** Cells explained below the tables. */
const MAX_WORDS = 20

function cellText(cell: RdmaCell | undefined): string {
  if (!cell) return '-'
  const value = cell.bandwidthGbps ?? cell.latencyUsec
  const words = value === null ? (cell.status === 'pass' ? 'ok' : cell.status === 'waiting' ? '.' : '-') : String(value)
  return `${words}${MARKS[cell.status]}`
}

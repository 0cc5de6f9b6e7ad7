import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import type { SectionLog } from '@/collectors/run/perftest/section-log'
import type { RdmaCell, RdmaMatrix, RdmaTest, Run } from '@/lib/contract/runs'
import { railName, TEST_WORDS } from './rdma-words'

type Fact = Run['facts'][number]

const STATE = { pass: 'ok', warn: 'warn', fail: 'fail', unknown: 'unknown' } as const

/** What stands beside the matrix: how much is done, spans per test, line rate, GPU beside each HCA, what was not measured and why. */
export function rdmaFacts(matrix: RdmaMatrix | null, log: SectionLog, results: readonly RdmaRunResult[]): Fact[] {
  if (!matrix || matrix.cells.length === 0) return []
  const done = matrix.cells.filter((cell) => cell.status !== 'waiting' && cell.status !== 'running')
  const pairs = new Set(matrix.cells.map(({ from, to }) => JSON.stringify([from, to].sort())))
  const lines = [...new Set(results.flatMap((run) => run.lineRateGbps ?? []))].sort((a, b) => a - b)
  const whys = [...new Set(log.sections.flatMap(({ skipped, why }) => (skipped && why ? [why] : [])))]
  return [
    {
      label: 'Measured',
      value: `${done.length} of ${matrix.cells.length} cells: ${pairs.size} ${pairs.size === 1 ? 'pair' : 'pairs'}, ${matrix.rails.length} rails`,
      state: done.length === matrix.cells.length ? 'ok' : 'unknown',
    },
    {
      label: 'Line rate',
      value: lines.length === 0 ? 'not seen' : `${lines.join(', ')} Gb/s (the ports’ own)`,
      state: lines.length === 0 ? 'unknown' : lines.length > 1 ? 'warn' : 'ok',
    },
    ...matrix.tests.flatMap((test) => spanOf(matrix, test)),
    ...gpuFacts(matrix),
    ...(whys.length > 0
      ? [{ label: 'Not measured', value: whys.slice(0, 4).join('; '), state: 'unknown' as const }]
      : []),
  ]
}

/** Slowest to fastest of a test's cells. */
function spanOf(matrix: RdmaMatrix, test: RdmaTest): Fact[] {
  const cells = matrix.cells.filter((cell) => cell.test === test)
  const worst = (['fail', 'unknown', 'warn', 'pass'] as const).find((status) =>
    cells.some((cell) => cell.status === status),
  )
  if (worst === undefined) return []
  const values = cells.flatMap((cell) => cell.bandwidthGbps ?? cell.latencyUsec ?? [])
  const unit = test === 'write-lat' ? 'µs' : 'Gb/s'
  const good = `${cells.filter((cell) => cell.status === 'pass').length} of ${cells.length} OK`
  const span = values.length === 0 ? '' : `${Math.min(...values)} to ${Math.max(...values)} ${unit}, `
  const waits = cells.some((cell) => cell.status === 'waiting' || cell.status === 'running')
  return [
    {
      label: TEST_WORDS[test].charAt(0).toUpperCase() + TEST_WORDS[test].slice(1),
      value: `${span}${good}`,
      state: waits && worst === 'pass' ? 'unknown' : STATE[worst],
    },
  ]
}

/** Which GPU stands beside which HCA, where the pods said so. */
function gpuFacts(matrix: RdmaMatrix): Fact[] {
  const seen = new Map<string, RdmaCell>()
  for (const cell of matrix.cells) if (cell.gpu !== null) seen.set(`${cell.rail} ${cell.from}`, cell)
  if (seen.size === 0) return []
  const first = [...seen.values()].sort((a, b) => a.from.localeCompare(b.from) || a.rail - b.rail)
  const of = first.filter((cell) => cell.from === first[0]?.from)
  const words = of.map((cell) => `${railName(matrix, cell.rail)} ${cell.gpu}`)
  return [{ label: 'GPU by rail', value: `${of[0]?.from}: ${words.join(', ')}`, state: 'ok' }]
}

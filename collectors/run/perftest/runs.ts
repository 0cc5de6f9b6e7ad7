import { isRoundTrip, type PerftestFacts, type PerftestRow, type TestError, type TestOutcome } from './facts'

/** One end of an RDMA run as the run machinery knows it; all null for a capture. */
export interface RdmaEnd {
  node: string | null
  device: string | null
  /** Which function carried the traffic. */
  function: 'pf' | 'vf' | null
  rail: number | null
}

/** The result of one RDMA test between two ends. */
export interface RdmaRunResult {
  test: 'rdma'
  /** Run id of ours; null for a capture. */
  runId: string | null
  /** ISO time; null for a capture. */
  finishedAt: string | null
  tool: 'perftest' | 'rping' | 'ibping'
  /** Heading of the perftest, else the tool. */
  title: string
  outcome: TestOutcome
  error: TestError | null
  from: RdmaEnd
  to: RdmaEnd
  /** 10⁹ bit/s; of the slower end; null where unknown. */
  lineRateGbps: number | null
  /** Both directions at once: the result is their sum. */
  bidirectional: boolean | null
  gpuMemory: boolean | null
  /** Best average over messages of 64 KiB and more; null where none was measured. */
  bandwidthGbps: number | null
  /** Average of the smallest message, at most 64 bytes; null where none was measured. */
  latency: { sizeBytes: number; averageUsec: number; p99Usec: number | null; roundTrip: boolean } | null
  /** Whether the routing of the site wants these two ends to reach each other; null: same rail, or not known. */
  isolationWanted: boolean | null
  /** Why there is no result, where the run knows. */
  why?: string
}

/** What one of our runs stores: every test that was tried. Stored as `RunRecord.result`. */
export interface RdmaRunCells {
  test: 'rdma'
  cells: readonly RdmaRunResult[]
}

/** Fact `rdmaRuns`: runs that touched the node, newest first. */
export interface RdmaRuns {
  runs: readonly RdmaRunResult[]
}

const NOBODY: RdmaEnd = { node: null, device: null, function: null, rail: null }
/** Smaller messages do not fill a link, so they say nothing of its bandwidth. */
const LARGE_BYTES = 64 * 1024
const SMALL_BYTES = 64

/** Runs of which only the output is known. */
export function runsOfPerftest(facts: PerftestFacts): RdmaRunResult[] {
  return [facts, ...(facts.furtherTests ?? [])].map((test) => ({
    ...runOfCapture('perftest', test.test ?? 'perftest', test),
    from: { ...NOBODY, device: test.device },
    bidirectional: test.bidirectional,
    gpuMemory: test.gpuMemory,
    bandwidthGbps: bandwidth(test.rows),
    latency: latency(test),
  }))
}

/** A test of which only the outcome counts (rping, ibping). */
export function runOfCapture(
  tool: RdmaRunResult['tool'],
  title: string,
  { outcome, error }: { outcome: TestOutcome; error: TestError | null },
): RdmaRunResult {
  return {
    test: 'rdma',
    runId: null,
    finishedAt: null,
    tool,
    title,
    outcome,
    error,
    from: NOBODY,
    to: NOBODY,
    lineRateGbps: null,
    bidirectional: null,
    gpuMemory: null,
    bandwidthGbps: null,
    latency: null,
    isolationWanted: null,
  }
}

function bandwidth(rows: readonly PerftestRow[]): number | null {
  const large = rows.flatMap((row) => (row.sizeBytes >= LARGE_BYTES ? (row.averageGbps ?? []) : []))
  return large.length === 0 ? null : Math.max(...large)
}

function latency({ rows, test }: PerftestFacts): RdmaRunResult['latency'] {
  const small = rows.filter((row) => row.sizeBytes <= SMALL_BYTES && row.averageUsec !== undefined)
  const first = small.sort((a, b) => a.sizeBytes - b.sizeBytes)[0]
  if (first?.averageUsec === undefined || test === null) return null
  return {
    sizeBytes: first.sizeBytes,
    averageUsec: first.averageUsec,
    p99Usec: first.p99Usec ?? null,
    roundTrip: isRoundTrip(test),
  }
}

/** True for a stored result of this test. */
export function isRdmaRunCells(value: unknown): value is RdmaRunCells {
  return (
    typeof value === 'object' &&
    value !== null &&
    'test' in value &&
    value.test === 'rdma' &&
    'cells' in value &&
    Array.isArray(value.cells)
  )
}

/** The same with only the tests that touched a node. */
export function cellsOf(node: string, { cells, ...rest }: RdmaRunCells): RdmaRunCells {
  return { ...rest, cells: cells.filter((cell) => cell.from.node === node || cell.to.node === node) }
}

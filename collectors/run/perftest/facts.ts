import type { RdmaRunResult } from './runs'

/** Why a test ended without a result (EXPLAIN §3, Tests). */
export interface TestError {
  code:
    | 'no-rdma-device'
    | 'control-connection'
    | 'peer-unreachable'
    | 'qp-setup'
    | 'completion'
    | 'never-connected'
    | 'lost'
  /** Work completion status: 12 retry exceeded, 13 RNR, 10 remote access, 5 flushed. */
  wcStatus?: number | null
}

export type TestOutcome = 'passed' | 'failed' | 'incomplete'

/** One line of the result table; only the columns that its header names are there. */
export interface PerftestRow {
  sizeBytes: number
  iterations: number
  sl?: number | null
  /** In `unit`; null where it was not measured (0.00 with -D). */
  peak?: number | null
  average?: number
  /** 10⁹ bit/s; null without a unit. */
  averageGbps?: number | null
  msgRateMpps?: number | null
  minUsec?: number | null
  maxUsec?: number | null
  typicalUsec?: number | null
  averageUsec?: number
  stdevUsec?: number | null
  p99Usec?: number | null
  p999Usec?: number | null
  tps?: number | null
}

export interface TestEnd {
  /** null on RoCE, where the tool prints 0000. */
  lid: number | null
  ip: string | null
}

/** One perftest run, whichever ends of it were pasted (EXPLAIN §3). */
export interface PerftestFacts {
  outcome: TestOutcome
  error: TestError | null
  /** Heading without " Test": `RDMA_Write BW`, `Send Latency`. */
  test: string | null
  device: string | null
  qps: number | null
  mtuBytes: number | null
  /** As printed; `IB` also for RoCE with --force-link. */
  linkType: string | null
  gidIndex: number | null
  bidirectional: boolean | null
  /** True where GPU buffers are named; null otherwise, because host memory is named nowhere. */
  gpuMemory: boolean | null
  unit: string | null
  local: TestEnd | null
  remote: TestEnd | null
  /** null: not JSON, or cut. */
  jsonValid: boolean | null
  warnings: readonly ('cpu-frequency' | 'mtu-lowered')[]
  rows: readonly PerftestRow[]
  /** Other tests in the same capture. */
  furtherTests?: readonly PerftestFacts[]
  /** The log of one of our own runs: every test of it with both ends, rping too. */
  runs?: readonly RdmaRunResult[]
  complete?: boolean
}

/** True for tests that measure a round trip: their latency is twice that of a write or send (perftest_parameters.c, rtt_factor). */
export function isRoundTrip(test: string | null): boolean {
  return test !== null && /^(?:RDMA_Read|Atomic)\b/.test(test)
}

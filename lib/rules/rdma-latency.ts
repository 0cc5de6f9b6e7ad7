import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import type { Finding } from '@/lib/check'

/** Average of one small message, one way, microseconds (host-formats §12: 1.4 to 2.1 in captures). */
const WARN_USEC = 3
const FAIL_USEC = 5

/** Judges the latency of a small message; a read is a round trip and takes twice as long. */
export function judgeLatency({ averageUsec, sizeBytes, p99Usec, roundTrip }: NonNullable<RdmaRunResult['latency']>): {
  status: Finding['status']
  words: string
} {
  const factor = roundTrip ? 2 : 1
  const status = averageUsec > FAIL_USEC * factor ? 'fail' : averageUsec > WARN_USEC * factor ? 'warn' : 'pass'
  const tail = p99Usec === null ? '' : `, 99 % below ${p99Usec} µs`
  return { status, words: `${averageUsec} µs for ${sizeBytes} bytes${tail}; up to ${WARN_USEC * factor} µs is usual` }
}

import type { RunKind, RunRow } from '@/lib/contract/runs'
import { levelOfWaiting } from './waiting-level'

/** A run that cannot start is given up (F-71). Milliseconds, as all here. */
export const PENDING_MAX_MS = 5 * 60_000
/** One that prints no row any more hangs (F-77), unless the next row may take longer than that. */
export const SILENT_MAX_MS = 120_000
/** The Job's own deadline ends it first; this is for a Job controller that does not. */
const DEADLINE_GRACE_MS = 60_000
/** Warm-up rounds and the checked one, besides the timed ones. */
const EXTRA_ROUNDS = 6

export interface WatchdogInput {
  now: number
  createdAt: number
  deadlineAt: number
  /** All workers have run. */
  hasStarted: boolean
  waiting: string | null
  /** When the last row (before the first one: the last line) came. */
  progressAt: number
  rows: readonly RunRow[]
  iterations: number
  /** RDMA runs print tests, not rows. */
  kind?: RunKind
}

/** Whether a run must be given up, and why. */
export function watchdog(input: WatchdogInput): { ending: 'failed' | 'aborted'; why: string } | null {
  if (!input.hasStarted && input.now - input.createdAt > PENDING_MAX_MS) {
    const level = levelOfWaiting(input.waiting ?? '')
    const look = level ? `. Look at ${level} of the chosen nodes` : ''
    return { ending: 'aborted', why: `Could not start within 5 minutes: ${input.waiting ?? 'no reason given'}${look}` }
  }
  if (input.now > input.deadlineAt + DEADLINE_GRACE_MS) return { ending: 'aborted', why: 'The deadline passed' }
  const limit = Math.max(SILENT_MAX_MS, 3 * nextRowMs(input))
  if (!input.hasStarted || input.now - input.progressAt <= limit) return null
  if (input.kind === 'rdma')
    return {
      ending: 'failed',
      why: `No test ended for ${Math.round(limit / 1_000)} s: it hangs; the log ends at what hangs`,
    }
  const after = input.rows.at(-1)
  const where = after ? `after the row of ${after.sizeBytes} bytes` : 'before the first row'
  return {
    ending: 'failed',
    why: `No output for ${Math.round(limit / 1_000)} s ${where}: it hangs. Test pairs of nodes to find the one it hangs on`,
  }
}

/** How long the next row takes if it keeps the last one's bandwidth: a slow network is no hang. */
function nextRowMs({ rows, iterations }: WatchdogInput): number {
  const usec = rows.at(-1)?.timeUsec ?? 0
  return (usec / 1_000) * 2 * 2 * (iterations + EXTRA_ROUNDS)
}

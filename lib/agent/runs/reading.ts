import type { RunRow } from '@/lib/contract/runs'
import type { RunRecordBody } from './record'

/** What judging a run changes of its record. */
export type Outcome = Pick<
  RunRecordBody,
  'verdict' | 'sentence' | 'facts' | 'result' | 'firstError' | 'matrix' | 'environment'
>

/** One run's log, read as it comes, and what it says so far. Each kind of run has its own (`kinds/`). */
export interface RunReading {
  /** Any piece of the text; lines may be split anywhere. */
  push(chunk: string): void
  /** Rows of the bandwidth table; empty for kinds without one. */
  rows(): readonly RunRow[]
  /** Grows with every result: what the watchdog waits for. */
  progress(): number
  /** The log was printed to its end. */
  isComplete(): boolean
  /** Judges what there is: while the run goes on (`ending` null) and once at the end. */
  judge(record: RunRecordBody): Outcome
}

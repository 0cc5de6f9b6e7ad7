import type { RunReading } from '../reading'
import type { RunRecordBody } from '../record'
import { type NcclReadingDeps, ncclReading } from './nccl'

/** The reader of a run's log, by kind. */
export function readingOf(_record: RunRecordBody, deps: NcclReadingDeps): RunReading {
  return ncclReading(deps)
}

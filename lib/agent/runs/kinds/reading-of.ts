import type { RunReading } from '../reading'
import type { RunRecordBody } from '../record'
import { type NcclReadingDeps, ncclReading } from './nccl'
import { rdmaReading } from './rdma'

/** The reader of a run's log, by kind. */
export function readingOf(record: RunRecordBody, deps: NcclReadingDeps): RunReading {
  return record.kind === 'rdma' ? rdmaReading(deps) : ncclReading(deps)
}

import { runCollector } from '@/lib/collector'
import { isNcclRunResult, type NcclRunResult } from './runs'

/** Runs kept for judging, newest first. */
const MAX_RUNS = 50

/** Results of our all-reduce runs that touched a node. */
export default runCollector({
  id: 'ncclRuns',
  title: 'NCCL all-reduce runs',
  read: { via: 'run', test: 'nccl' },
  fold(records): { runs: readonly NcclRunResult[] } {
    const runs = records.flatMap((record) =>
      isNcclRunResult(record.result) ? [{ ...record.result, runId: record.runId, finishedAt: record.finishedAt }] : [],
    )
    return { runs: runs.slice(0, MAX_RUNS) }
  },
})

import { runCollector } from '@/lib/collector'
import { isRdmaRunResult, type RdmaRuns } from './runs'

/** Runs kept for judging, newest first: rails, functions and memory kinds of several pairs of nodes. */
const MAX_RUNS = 200

/** Results of our RDMA runs that touched a node. */
export default runCollector({
  id: 'rdmaRuns',
  title: 'RDMA runs (perftest, rping, ibping)',
  read: { via: 'run', test: 'rdma' },
  fold(records): RdmaRuns {
    const runs = records.flatMap((record) =>
      isRdmaRunResult(record.result) ? [{ ...record.result, runId: record.runId, finishedAt: record.finishedAt }] : [],
    )
    return { runs: runs.slice(0, MAX_RUNS) }
  },
})

import { runCollector } from '@/lib/collector'
import { isRdmaRunCells, type RdmaRuns } from './runs'

/** Tests kept for judging, newest first: rails and kinds of test of several runs with all neighbours of a node. */
const MAX_RUNS = 1_000

/** Results of our RDMA runs that touched a node. */
export default runCollector({
  id: 'rdmaRuns',
  title: 'RDMA runs (perftest, rping, ibping)',
  read: { via: 'run', test: 'rdma' },
  fold(records): RdmaRuns {
    const runs = records.flatMap(({ result, runId, finishedAt }) =>
      isRdmaRunCells(result) ? result.cells.map((cell) => ({ ...cell, runId, finishedAt })) : [],
    )
    return { runs: runs.slice(0, MAX_RUNS) }
  },
})

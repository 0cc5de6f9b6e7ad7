import { isNcclRunResult, type NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { runCollector } from '@/lib/collector'
import { plateauOf } from '@/lib/expected/nccl-curve'

/** One group of nodes that ran together: a pair, or a half of a bisection. */
export interface NodeGroup {
  runId: string
  nodes: readonly string[]
  /** Collective and algorithm, as far as the log names them: only like is compared with like. */
  test: string
  /** GB/s; null where the run failed or did not reach large sizes. */
  busbwGBps: number | null
  failed: boolean
}

/** Fact `ncclPairs`: the newest run of every group of nodes, newest first; from "find the bad node". */
export interface NcclPairs {
  groups: readonly NodeGroup[]
}

/** Groups kept. */
const MAX_GROUPS = 2000

/** Runs of pairs and halves of nodes. */
export default runCollector({
  id: 'ncclPairs',
  title: 'NCCL runs by group of nodes',
  read: { via: 'run', test: 'nccl' },
  fold(records): NcclPairs {
    const newest = new Map<string, NodeGroup>()
    for (const { runId, nodes, result } of records) {
      if (nodes.length < 2 || newest.size >= MAX_GROUPS || !isNcclRunResult(result)) continue
      const key = [testOf(result), ...[...nodes].sort()].join('\n')
      if (newest.has(key)) continue
      const group = groupOf(runId, nodes, result)
      if (group) newest.set(key, group)
    }
    return { groups: [...newest.values()] }
  },
})

/** Null for a run that says nothing of its nodes: cancelled, cut, going on, or limited to one rail. */
function groupOf(runId: string, nodes: readonly string[], result: NcclRunResult): NodeGroup | null {
  if (
    result.rail !== null ||
    result.outcome === 'running' ||
    result.outcome === 'cancelled' ||
    result.outcome === 'cut'
  )
    return null
  const failed = result.outcome === 'failed' || (result.wrongRows ?? 0) > 0
  const plateau = result.complete ? plateauOf(result.rows) : null
  const busbwGBps = plateau?.busbwGBps ?? null
  return failed || plateau ? { runId, nodes, test: testOf(result), busbwGBps, failed } : null
}

function testOf({ collective, environment }: NcclRunResult): string {
  const algorithm = environment.find((entry) => entry.name === 'NCCL_ALGO')?.values ?? []
  return [collective ?? 'all_reduce', ...algorithm].join(' ').toLowerCase()
}

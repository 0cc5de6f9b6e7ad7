import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { RunOptions } from '@/lib/contract/runs'

const PRESETS = ['nccl-1-node', 'nccl-2-nodes', 'nccl-n-nodes', 'rdma', 'search'] as const
const COLLECTIVES = [
  'all_reduce',
  'all_gather',
  'reduce_scatter',
  'alltoall',
  'broadcast',
  'reduce',
  'sendrecv',
] as const
const ALGORITHMS = ['auto', 'ring', 'sharp', 'no-sharp'] as const
const LAUNCHERS = ['job', 'mpijob'] as const
const TESTS = ['write-bw', 'write-bw-gpu', 'write-lat', 'rping'] as const

/** Fewest nodes of each preset. */
const LEAST: Readonly<Record<RunOptions['preset'], number>> = {
  'nccl-1-node': 1,
  'nccl-2-nodes': 2,
  'nccl-n-nodes': 3,
  rdma: 2,
  search: 2,
}

/** The NCCL preset that fits a number of nodes. */
function fitting(count: number): RunOptions['preset'] {
  return count > 2 ? 'nccl-n-nodes' : count === 2 ? 'nccl-2-nodes' : 'nccl-1-node'
}

export interface NewRun {
  options: RunOptions
  /** Nodes that are still missing for the preset. */
  missing: number
  change(changes: Partial<RunOptions>): void
}

/** What is being planned, kept in the address: a link to it plans the same. */
export function useNewRun(): NewRun {
  const [view, setView] = useQueryStates(
    {
      nodes: parseAsArrayOf(parseAsString).withDefault([]),
      preset: parseAsStringLiteral(PRESETS),
      collective: parseAsStringLiteral(COLLECTIVES),
      algorithm: parseAsStringLiteral(ALGORITHMS),
      launcher: parseAsStringLiteral(LAUNCHERS),
      image: parseAsString,
      tests: parseAsArrayOf(parseAsStringLiteral(TESTS)),
      of: parseAsString,
    },
    { history: 'replace' },
  )
  const preset = view.preset ?? fitting(view.nodes.length)
  const isNccl = preset !== 'rdma' && preset !== 'search'
  const options: RunOptions = {
    preset,
    nodes: view.nodes,
    ...(isNccl && view.collective ? { collective: view.collective } : {}),
    ...(isNccl && view.algorithm ? { algorithm: view.algorithm } : {}),
    ...(isNccl && view.launcher ? { launcher: view.launcher } : {}),
    ...(view.image ? { image: view.image } : {}),
    ...(preset === 'rdma' && view.tests && view.tests.length > 0 ? { tests: view.tests } : {}),
    ...(preset === 'search' && view.of ? { of: view.of } : {}),
  }
  const change = (changes: Partial<RunOptions>) => {
    const { nodes, preset: chosen, ...rest } = changes
    void setView({
      ...rest,
      ...(nodes ? { nodes, ...(isNccl ? { preset: fitting(nodes.length) } : {}) } : {}),
      // Another kind of run has other images.
      ...(chosen ? { preset: chosen, image: null } : {}),
      ...(changes.launcher ? { image: null } : {}),
    })
  }
  return { options, missing: Math.max(0, LEAST[preset] - view.nodes.length), change }
}

import type { RunAlgorithm, RunCollective, RunKind, RunOptions } from '@/lib/contract/runs'

export type PresetId = RunOptions['preset']

/** A run as a person chooses it. Sizes in bytes. */
export interface Preset {
  id: PresetId
  kind: RunKind
  title: string
  /** How many nodes it takes. */
  nodes: { min: number; max: number }
  beginBytes: number
  endBytes: number
  iterations: number
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB

/** Sizes as in nccl.md §4.4: below 1 GiB says nothing of the plateau; 8 GiB is where published numbers stand. */
const SIZES = { beginBytes: MIB, endBytes: 8 * GIB, iterations: 20 }

export const PRESETS: Readonly<Record<PresetId, Preset>> = {
  'nccl-1-node': {
    id: 'nccl-1-node',
    kind: 'nccl',
    title: 'on one node (NVLink)',
    nodes: { min: 1, max: 1 },
    ...SIZES,
  },
  'nccl-2-nodes': { id: 'nccl-2-nodes', kind: 'nccl', title: 'over two nodes', nodes: { min: 2, max: 2 }, ...SIZES },
  'nccl-n-nodes': { id: 'nccl-n-nodes', kind: 'nccl', title: 'over many nodes', nodes: { min: 3, max: 64 }, ...SIZES },
  rdma: { id: 'rdma', kind: 'rdma', title: 'RDMA between nodes, rail by rail', nodes: { min: 2, max: 64 }, ...SIZES },
  // Pair tests need the plateau only (nccl.md §5.7: 1 GiB to 8 GiB).
  search: {
    id: 'search',
    kind: 'search',
    title: 'Find the bad node',
    nodes: { min: 2, max: 64 },
    ...SIZES,
    beginBytes: GIB,
  },
}

const COLLECTIVES: Readonly<Record<RunCollective, string>> = {
  all_reduce: 'all-reduce',
  all_gather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  broadcast: 'broadcast',
  reduce: 'reduce',
  sendrecv: 'send/receive',
}

const ALGORITHMS: Readonly<Record<RunAlgorithm, string>> = {
  auto: '',
  ring: ', ring only',
  sharp: ', with SHARP',
  'no-sharp': ', without SHARP',
}

/** What a run is called: `NCCL all-reduce over two nodes, ring only`. */
export function titleOf(preset: PresetId, collective: RunCollective, algorithm: RunAlgorithm): string {
  const { kind, title } = PRESETS[preset]
  return kind === 'nccl' ? `NCCL ${COLLECTIVES[collective]} ${title}${ALGORITHMS[algorithm]}` : title
}

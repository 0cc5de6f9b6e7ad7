import type { z } from 'zod'
import type { runPreset } from '@/lib/contract/runs'

export type PresetId = z.output<typeof runPreset>

/** A benchmark as a person chooses it. Sizes in bytes. */
export interface Preset {
  id: PresetId
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
export const PRESETS: Readonly<Record<PresetId, Preset>> = {
  'nccl-1-node': {
    id: 'nccl-1-node',
    title: 'NCCL all-reduce on one node (NVLink)',
    nodes: { min: 1, max: 1 },
    beginBytes: MIB,
    endBytes: 8 * GIB,
    iterations: 20,
  },
  'nccl-2-nodes': {
    id: 'nccl-2-nodes',
    title: 'NCCL all-reduce over two nodes',
    nodes: { min: 2, max: 2 },
    beginBytes: MIB,
    endBytes: 8 * GIB,
    iterations: 20,
  },
  'nccl-n-nodes': {
    id: 'nccl-n-nodes',
    title: 'NCCL all-reduce over many nodes',
    nodes: { min: 3, max: 64 },
    beginBytes: MIB,
    endBytes: 8 * GIB,
    iterations: 20,
  },
}

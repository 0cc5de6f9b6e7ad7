import type { GpuDetail } from './draft'

/** Facts of kind `nvidia-smi-q` (EXPLAIN §3). */
export interface GpuQueryFacts {
  driverVersion: string | null
  cudaVersion: string | null
  attachedGpus: number | null
  gpus: readonly GpuDetail[]
  /** False: fewer GPUs are shown than are attached. */
  complete?: boolean
}

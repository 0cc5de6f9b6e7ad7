/** One GPU as nvidia-smi says; null: not asked, `[N/A]`, or the GPU did not answer. */
export interface Gpu {
  index: number | null
  pci: string | null
  name: string | null
  driverVersion: string | null
  memoryMib: number | null
  pcieGen: number | null
  pcieGenMax?: number | null
  pcieWidth: number | null
  pcieWidthMax?: number | null
  eccUncorrected: number | null
  /** `lost`: the driver cannot reach it. `unknown-error`: cells read `[Unknown Error]`. */
  error: 'unknown-error' | 'lost' | null
  bar1Mib?: number | null
  hwPowerBrake?: boolean | null
  /** `None`, `Pass-Through`, `VGPU`… as nvidia-smi -q prints it. */
  virtualization?: string | null
}

/** Why nvidia-smi answers for no GPU at all. */
export interface GpuFailure {
  code: 'driver-not-loaded' | 'driver-mismatch' | 'no-devices' | 'other'
  /** The tool's line. */
  line: string
}

/** The fact `gpus`. */
export interface GpuFacts {
  gpus: readonly Gpu[]
  /** Null where GPUs were listed. */
  failure: GpuFailure | null
  /** "Attached GPUs"; null where not printed. */
  attached: number | null
  complete?: boolean
}

/** How people name a GPU. */
export function gpuLabel(gpu: Gpu): string {
  return gpu.pci ?? (gpu.index === null ? 'a GPU' : `GPU ${gpu.index}`)
}

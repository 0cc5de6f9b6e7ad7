import type { Profile } from '@/lib/profile'

/** Numbers that several profiles share, each with its source once. */

/** NVIDIA systems with eight GPUs and one 400 Gb/s rail per GPU. */
export const EIGHT_RAILS = {
  gpus: { value: 8, source: 'research/nccl.md §4.2 (8-GPU systems); research/peers.md §6.2' },
  rails: {
    value: 8,
    source: 'leptonai/gpud infiniband threshold_default.go: at least 8 ports (research/peers.md §6.2)',
  },
  railRateGbps: {
    value: 400,
    source: 'leptonai/gpud infiniband threshold_default.go: 400 Gb/s; Azure NHC check_hw_ib 400',
  },
} satisfies Partial<Profile>

/** Declared minimums of the seed incident's runbook; firmware lists exist only as release notes (research/host-formats.md §15). */
export const MIN_FIRMWARE: NonNullable<Profile['minFirmware']> = {
  value: { '15b3:1021': '28.43.1014', '15b3:a2dc': '32.43.1014' },
  source: 'seed 002; research/peers.md §2 row 17 (ConnectX-7, BlueField-3)',
}

/** BlueField-3 carries storage and management on these systems, not a rail. */
export const BLUEFIELD_APART: NonNullable<Profile['notRails']> = {
  value: ['15b3:a2dc'],
  source: 'research/host-formats.md §5 (BlueField-3 is Ethernet storage/management, not fabric)',
}

/** Azure NHC: 390 of 400 from host memory, 360 from GPU memory on H200 v5. */
export const WRITE_BW: NonNullable<Profile['writeBw']> = {
  value: { hostMemory: 0.95, gpuDirect: 0.9 },
  source: 'research/host-formats.md §12 (Azure/azurehpc-health-checks conf: 390 host memory, 360 GPUDirect of 400)',
}

export const FLAP: NonNullable<Profile['flap']> = {
  value: { count: 3, hours: 12, outageSec: 30 },
  source: 'leptonai/gpud (3 in 12 h); health-validation (one outage of 30 s) (research/peers.md §6.2)',
}

export const INFINIBAND: NonNullable<Profile['linkLayer']> = {
  value: 'InfiniBand',
  source: 'leptonai/gpud threshold_default.go: NDR ports per DGX (research/peers.md §6.2)',
}

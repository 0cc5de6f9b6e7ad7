import type { Cmdline, Hugepages, KernelModule } from '../proc/facts'
import type { ModuleInfo } from '../versions/facts'

/** The fact `kernel`: how the node was booted and what runs in it. Null: not read, or not in this capture. */
export interface KernelFacts {
  /** `uname -r`. */
  release: string | null
  cmdline: Cmdline | null
  /** IOMMU groups and their domain types (`identity`, `DMA`, `DMA-FQ`); 0 groups: the IOMMU is off. */
  iommu: { groups: number; types: Readonly<Record<string, number>>; units: number } | null
  modules: readonly KernelModule[] | null
  /** True: the list holds every module (live read), so that an absent name is not loaded. */
  modulesWhole: boolean
  /** Modules of ours that are loaded or built in (live read of /sys/module). */
  present: readonly string[] | null
  ofed: boolean | null
  peermem: string | null
  hugepages: Hugepages | null
  lockdown: 'none' | 'integrity' | 'confidentiality' | null
  secureBoot: boolean | null
  /** mlx5_core: what runs, and what lies on disk for this kernel. */
  mlx5: { version: string | null; srcversion: string | null; file: ModuleInfo | null } | null
  ofedVersion: string | null
  /** `Max locked memory` of the running container runtime, bytes; null in `bytes`: unlimited. */
  memlock: { runtime: string; bytes: number | null } | null
  /** Loaded NVIDIA driver: version, and whether it is the open kernel module (DMA-BUF). */
  nvidia: { version: string | null; open: boolean | null } | null
}

/** Nothing known. */
export const NO_KERNEL: KernelFacts = {
  release: null,
  cmdline: null,
  iommu: null,
  modules: null,
  modulesWhole: false,
  present: null,
  ofed: null,
  peermem: null,
  hugepages: null,
  lockdown: null,
  secureBoot: null,
  mlx5: null,
  ofedVersion: null,
  memlock: null,
  nvidia: null,
}

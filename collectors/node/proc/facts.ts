/** Kernel command line; a value repeated on it is the last one, except where every value counts. */
export interface Cmdline {
  /** Null without `hugepagesz=`, and where several sizes are reserved (see `hugepagePools`). */
  hugepageSize: string | null
  hugepages: number | null
  hugepagePools: readonly { size: string | null; count: number }[]
  /** Values of `iommu=` in order. */
  iommu: readonly string[]
  /** The last of them. */
  iommuEffective: string | null
  /** `iommu.passthrough=`. */
  iommuPassthrough: boolean | null
  intelIommu: string | null
  amdIommu: string | null
  pci: readonly string[]
  isolcpus: string | null
  nohzFull: string | null
  /** Words after `--`: not the kernel's. */
  initArgs: readonly string[]
}

/** Default-size hugepages of /proc/meminfo. */
export interface Hugepages {
  total: number | null
  free: number | null
  pageSizeKib: number | null
  hugetlbKib: number | null
}

export interface KernelModule {
  name: string
  /** Null where the listing shows no taint flags (lsmod). */
  outOfTree: boolean | null
}

/** Facts of kind `proc` (EXPLAIN §3): what of /proc was in the capture. */
export interface ProcFacts {
  cmdline?: Cmdline | null
  hugepages?: Hugepages | null
  modules?: readonly KernelModule[] | null
  /** True: the RDMA core is OFED/DOCA's (out of tree, or mlx_compat is loaded). */
  ofed?: boolean | null
  peermem?: string | null
}

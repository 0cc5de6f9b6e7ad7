/** Path between two devices, nearest first: PIX, PXB, PHB, NODE, SYS; NV# over NVLink. Null: the cell was lost. */
export interface TopoLink {
  from: string
  to: string
  type: string | null
}

export interface TopoGpu {
  name: string
  /** RDMA names at PIX, else at PXB; empty: none is that near. Null: cells or names are missing. */
  nearestNics: readonly string[] | null
  cpuAffinity: string | null
  numaNode: number | null
  /** NUMA node of the GPU's own memory: printed only where GPU and CPU share an address space (NVLink-C2C: Grace). */
  memoryNumaNode?: number
}

/** The fact `gpuTopology`: `nvidia-smi topo -m`. */
export interface TopoFacts {
  gpus: readonly TopoGpu[]
  nics: readonly { label: string; name: string | null }[]
  /** The one NVLink width, e.g. NV18; null where there is none or more than one. */
  nvlink: string | null
  links: readonly TopoLink[]
  /** Every GPU–NIC pair at PHB: a VM that hides the PCIe tree, not a fault. */
  topologyHidden: boolean | null
  complete?: boolean
}

/** What a PCI function is to this stack; `pf` and `vf` are NICs. */
export type PciRole = 'pf' | 'vf' | 'dma-management' | 'flash-recovery' | 'bridge' | 'gpu' | 'other'

/** PCIe link: what the function can do and what it runs at, GT/s and lanes. */
export interface PciLink {
  capGtps: number | null
  capWidth: number | null
  gtps: number | null
  width: number | null
  /** Null where either side is not known. */
  downgraded: boolean | null
}

export interface PciSriov {
  totalVfs: number | null
  numVfs: number | null
  enabled: boolean | null
  vfDeviceId: string | null
}

/** One PCI function; null: not printed, or refused to non-root. */
export interface PciDevice {
  pci: string
  class: string | null
  classId: string | null
  /** vendor:device. */
  id: string | null
  name: string | null
  role: PciRole | null
  linkLayer: 'InfiniBand' | 'Ethernet' | null
  driver: string | null
  numaNode: number | null
  partNumber: string | null
  maxReadReqBytes: number | null
  link: PciLink | null
  sriov: PciSriov | null
  aerCorrectable: readonly string[] | null
  aerUncorrectable: readonly string[] | null
  /** Flags set in ACSCtl. */
  acsEnabled: readonly string[] | null
  /** True: configuration space reads all ones, the function fell off the bus. */
  lost?: boolean
  /** True: looked for a driver, none is bound. */
  unbound?: boolean
  /** Bridge above it (live read). */
  parent?: string | null
}

/** The fact `pci`, and what kind `lspci` says. */
export interface PciFacts {
  devices: readonly PciDevice[]
  /** True: read from sysfs; a function without AER counters there has none. */
  sysfs?: true
  complete?: boolean
}

/** A function of which nothing but its address is known. */
export function emptyDevice(pci: string): PciDevice {
  return {
    pci,
    class: null,
    classId: null,
    id: null,
    name: null,
    role: null,
    linkLayer: null,
    driver: null,
    numaNode: null,
    partNumber: null,
    maxReadReqBytes: null,
    link: null,
    sriov: null,
    aerCorrectable: null,
    aerUncorrectable: null,
    acsEnabled: null,
  }
}

/** True for functions of NVIDIA/Mellanox network cards, as far as id or name tell. */
export function isMellanox(device: PciDevice): boolean {
  return device.id?.startsWith('15b3:') ?? /^(?:Mellanox|NVIDIA Networking)/i.test(device.name ?? '')
}

/** True for NVIDIA GPUs. */
export function isGpu(device: PciDevice): boolean {
  return device.role === 'gpu'
}

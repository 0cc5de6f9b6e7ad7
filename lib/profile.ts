/** A number with the document it comes from. */
export interface Sourced<T> {
  value: T
  source: string
}

/** What a node of one kind should have; every number with its source. Overridable in `cairn.yaml` with a reason. */
export interface Profile {
  id: string
  title: string
  /** DMI product names (regular expressions, anchored) that select this profile. */
  products: readonly string[]
  gpus?: Sourced<number>
  /** Model as nvidia-smi prints it, regular expression. */
  gpuModel?: Sourced<string>
  rails?: Sourced<number>
  railRateGbps?: Sourced<number>
  linkLayer?: Sourced<'InfiniBand' | 'Ethernet'>
  vfsPerPf?: Sourced<number>
  /** Minimum firmware by device id (`15b3:1021` → `28.43.1014`). */
  minFirmware?: Sourced<Readonly<Record<string, string>>>
  /** RDMA functions that are not rails: BlueField storage/management, mezzanine (device ids). */
  notRails?: Sourced<readonly string[]>
  /** NIC power is held by an external BMC: an OS reboot does not restart NIC firmware (host-formats §2.2). */
  externalBmc?: Sourced<boolean>
  /** Share of line rate an ib_write_bw must reach. */
  writeBw?: Sourced<{ hostMemory: number; gpuDirect: number }>
  /** NCCL all-reduce bus bandwidth in GB/s at large sizes, by number of nodes (nccl.md §4). */
  allReduceBusbwGBps?: Sourced<Readonly<Record<string, number>>>
  flap?: Sourced<{ count: number; hours: number; outageSec: number }>
}

/** Declares a profile. */
export function profile(spec: Profile): Profile {
  return spec
}

/**
 * RDMA devices and their ports, whoever printed them (sysfs, ibstat, ibstatus, ibv_devinfo, rdma): the fact `infiniband`.
 * Field names are those of EXPLAIN §3; null means not known, an absent optional field means that the source never prints it.
 */
export interface InfinibandPort {
  port: number
  /** As printed: `ACTIVE`, `Active`, `PORT_ACTIVE`; compare with `portState()` only. */
  state: string | null
  /** As printed: `LinkUp`, `LINK_UP`; compare with `physicalState()` only. */
  physicalState: string | null
  /** 10⁹ bit/s. */
  rateGbps: number | null
  /** Decimal. 0 and 65535 mean that no subnet manager has given one. */
  lid?: number | null
  smLid?: number | null
  /** `InfiniBand` or `Ethernet`. */
  linkLayer: string | null
  stateCode?: number | null
  physicalStateCode?: number | null
  lanes?: number | null
  /** `NDR`, `HDR`, … */
  speed?: string | null
  portGuid?: string | null
  /** P_Key at index 0 as printed (`0xffff`); absent where the source shows no table, null where it could not be read. */
  pkey0?: string | null
  /** Bytes (ibv_devinfo only): 1024 on RoCE means that the network device has MTU 1500. */
  activeMtu?: number | null
  /** Cumulative since driver load; names as in sysfs `counters/`. */
  counters?: Readonly<Record<string, number>>
  hwCounters?: Readonly<Record<string, number>>
  /** Counters at the end of their width: "at least this". */
  saturated?: readonly string[]
}

export interface InfinibandDevice {
  name: string
  /** `MT4129`: MT and the decimal PCI device id. */
  type?: string | null
  firmware?: string | null
  psid?: string | null
  nodeGuid?: string | null
  /** PCI function behind the device; null when not known. */
  pci?: string | null
  /** True for a virtual function, null when the source cannot tell. */
  vf?: boolean | null
  /** True when no PCI device is behind it (SoftRoCE, siw). */
  software?: boolean | null
  netdev?: string | null
  ports: readonly InfinibandPort[]
}

export interface InfinibandFacts {
  devices: readonly InfinibandDevice[]
  /** False: the source was visibly cut, so that more devices may exist. */
  complete?: boolean
}

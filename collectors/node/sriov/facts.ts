/** A virtual function; null is not known, an absent optional field was never asked for. */
export interface SriovVf {
  /** N of virtfnN. */
  index: number
  pci: string | null
  driver: string | null
  /** Null when all zero or all f (not assigned), and when not printed; `guidAssigned` tells the two apart. */
  nodeGuid: string | null
  portGuid: string | null
  /** False: printed as all zero or all f. Null: no GUID printed (Ethernet, inbox driver without `ip`). */
  guidAssigned: boolean | null
  /** The same for the port GUID. */
  portGuidAssigned?: boolean | null
  /** OFED link policy: Follow, Up, Down. */
  policy: string | null
  /** The same with the inbox driver (`ip link`): auto, enable, disable. */
  linkState?: string | null
  netdev?: string | null
  rdma?: string | null
}

/** A physical function with its SR-IOV state in the kernel. */
export interface SriovPf {
  pci: string | null
  netdev: string | null
  /** Name of its RDMA device. */
  rdma?: string | null
  /** VFs the running firmware offers. */
  totalVfs: number | null
  numVfs: number | null
  autoprobe: boolean | null
  /** Null: the capture shows neither VF links nor that there are none. */
  vfs: readonly SriovVf[] | null
  driver?: string | null
  /** PCI device id, `1021`. */
  deviceId?: string | null
  /** From the PCI class: 0207 InfiniBand, 0200 Ethernet; from `ip link` its link type. */
  linkLayer?: 'InfiniBand' | 'Ethernet' | null
  numaNode?: number | null
  /** False: looked for (live read), and the function has no SR-IOV capability. Absent: not known. */
  capable?: boolean
}

/** The fact `sriov`. */
export interface SriovFacts {
  pfs: readonly SriovPf[]
  complete?: boolean
}

/** How people name a PF. */
export function pfLabel(pf: SriovPf): string {
  return pf.pci ?? pf.netdev ?? pf.rdma ?? 'the PF'
}

/** How people name a VF of a PF. */
export function vfLabel(pf: SriovPf, vf: SriovVf): string {
  return vf.pci ?? `${pfLabel(pf)} VF ${vf.index}`
}

/** A GUID as printed, or null where it means "not assigned" (all zero, or all f as ib-kubernetes releases it). */
export function assignedGuid(printed: string): string | null {
  return /^[0:]*$|^[fF:]*$/.test(printed) ? null : printed
}

/** Link policy of a VF in one vocabulary, whichever driver printed it. */
export function vfPolicy(vf: SriovVf): 'follow' | 'up' | 'down' | null {
  const word = (vf.policy ?? vf.linkState)?.toLowerCase()
  if (word === 'follow' || word === 'auto') return 'follow'
  if (word === 'up' || word === 'enable') return 'up'
  return word === 'down' || word === 'disable' ? 'down' : null
}

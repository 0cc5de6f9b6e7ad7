import type { InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'

/** A port as ibstat prints it (EXPLAIN §3). */
export interface IbstatPort extends InfinibandPort {
  lmc: number | null
  capabilityMask: string | null
  /** Line of rdma-core after 2026-07; null where it is not printed. */
  effectiveRateGbps: number | null
}

export interface IbstatDevice {
  name: string
  type: string | null
  portCount: number | null
  firmware: string | null
  hardware: string | null
  nodeGuid: string | null
  systemGuid: string | null
  /** null: not printed (`-l`, `-s`, or cut before). */
  ports: readonly IbstatPort[] | null
}

export interface IbstatFacts {
  devices: readonly IbstatDevice[]
  /** False: a device or port is visibly missing. */
  complete?: boolean
}

/** The fact `infiniband` from ibstat; null where no port was printed at all. */
export function infinibandOfIbstat(facts: IbstatFacts): InfinibandFacts | null {
  if (!facts.devices.some((device) => device.ports !== null)) return null
  return {
    devices: facts.devices.map(({ name, type, firmware, nodeGuid, ports }) => ({
      name,
      type,
      firmware,
      nodeGuid,
      ports: ports ?? [],
    })),
    ...(facts.complete === false ? { complete: false } : {}),
  }
}

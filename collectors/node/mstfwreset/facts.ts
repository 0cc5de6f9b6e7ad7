export interface ResetChoice {
  id: number
  supported: boolean
}

/** What `mstfwreset q`, `status` or `reset` printed (EXPLAIN §3); only the fields of that command are there. */
export interface MstfwresetFacts {
  /** Query: 0 live patch, 1 immediate (Arm only), 3 driver restart and PCI reset, 4 warm reboot. */
  levels?: readonly ResetChoice[]
  types?: readonly ResetChoice[]
  /** 0 tool, 1 driver, 2 firmware owns the synchronisation of a level 3 reset. */
  syncs?: readonly ResetChoice[]
  /** 0 link disable, 1 hot reset. */
  methods?: readonly ResetChoice[]
  defaultLevel?: number | null
  defaultType?: number | null
  defaultSync?: number | null
  defaultMethod?: number | null
  queriedType?: number | null
  /** How the NIC's last restart came about (MRSI). */
  resetReason?: 'warm' | 'cold' | null
  resetWithoutRebootPossible?: boolean | null
  /** Status, and the device of a reset. */
  device?: string | null
  pci?: string | null
  runningFirmware?: string | null
  pendingFirmware?: string | null
  pendingParams?: readonly string[] | null
  resetNeeded?: boolean | null
  action?: string | null
  actionLevel?: number | null
  /** Reset. */
  level?: number | null
  stepsDone?: number
  /** Null: the log ends before it says. */
  done?: boolean | null
  refusedBy?: 'gpu-drivers' | 'other' | null
  complete?: boolean
}

/** The fact `nicReset`: what each card's firmware offers to restart itself. `pci` is null in a capture that names no device. */
export interface NicResetFacts {
  devices: readonly (MstfwresetFacts & { pci: string | null })[]
  /** Cards whose query printed only an error. */
  unread: readonly { pci: string; error: string }[]
}

/** The card's answer; a single answer without an address stands for the only card there is. */
export function resetOf(facts: NicResetFacts | undefined, pci: string | null): MstfwresetFacts | undefined {
  const named = facts?.devices.find((device) => device.pci !== null && device.pci === pci)
  const only = facts?.devices.length === 1 ? facts.devices[0] : undefined
  return named ?? (only?.pci === null ? only : undefined)
}

/** Whether a level is offered: null when the query did not list it. */
export function levelSupported(reset: MstfwresetFacts | undefined, level: number): boolean | null {
  return reset?.levels?.find((entry) => entry.id === level)?.supported ?? null
}

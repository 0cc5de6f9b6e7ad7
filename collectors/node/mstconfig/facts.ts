/** Columns of the table: what the firmware ships with, what it runs with, what it will load, what `set` is about to write. */
export type MstconfigColumn = 'default' | 'current' | 'next' | 'new'

/** One NV parameter; values are the raw text of the cell (EXPLAIN §3), null for `N/A` and for a column that was not printed. */
export interface MstconfigParam {
  name: string
  default?: string | null
  current?: string | null
  next?: string | null
  new?: string | null
  /** next ≠ current, by number where there is one; null when either is unknown or an array range hides its values. */
  pending: boolean | null
}

export interface MstconfigDevice {
  /** Device #n of the output. */
  index: number | null
  type: string | null
  name: string | null
  /** As printed: PCI address, /dev/mst name or sysfs path. */
  device: string | null
  pci: string | null
  /** Table only. */
  columns?: readonly MstconfigColumn[]
  params: readonly MstconfigParam[]
  /** Names with next ≠ current; null without a Current column. */
  pending: readonly string[] | null
  /** Starred names: next differs from default or from current. Says nothing about pending. */
  modified: readonly string[]
  readOnly: readonly string[]
  /** VFs per PF that the running firmware offers. */
  effectiveVfs: number | null
  bluefieldMode: 'dpu' | 'nic' | null
  bluefieldModeNext: 'dpu' | 'nic' | null
}

/** The fact `nicFirmware`: what mstconfig or mlxconfig printed. */
export interface MstconfigFacts {
  devices: readonly MstconfigDevice[]
  /** What the tool said is needed after `set`: the card's opinion, wrong on platforms with an external BMC. */
  actionHint: 'reboot' | 'power-cycle' | null
  unsupported: readonly { column: MstconfigColumn }[]
  failedTlvs: readonly { column: MstconfigColumn; tlv: string }[]
  /** Functions that were asked and printed only an error (live reads; EXPLAIN counts them in `errors`). */
  unread: readonly { pci: string | null; error: string }[]
  complete?: boolean
}

/** Tells facts that were read from the empty object of an answer that was not ok. */
export function isMstconfigFacts(facts: MstconfigFacts | Record<string, never>): facts is MstconfigFacts {
  return 'devices' in facts
}

/** The parameter's row; undefined when the capture does not show it. */
export function param(device: MstconfigDevice, name: string): MstconfigParam | undefined {
  return device.params.find((entry) => entry.name === name)
}

/** The number of a cell: in parentheses, hexadecimal or decimal; null when it has none (arrays, text, N/A). */
export function cellNumber(cell: string | null | undefined): number | null {
  if (cell === null || cell === undefined) return null
  const digits = /\((\d+)\)$/.exec(cell)?.[1] ?? /^(0x[0-9a-fA-F]{1,13}|\d{1,15})$/.exec(cell)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** How people name the adapter: PCI address, else as printed, else its number. */
export function deviceLabel(device: MstconfigDevice): string {
  return device.pci ?? device.device ?? (device.index === null ? 'the adapter' : `device #${device.index}`)
}

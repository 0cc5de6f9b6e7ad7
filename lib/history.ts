/**
 * Rows the agent's store keeps about a node, as history collectors receive them. The agent fills them; nothing here reads a clock.
 */

/** What mstconfig said of one card's VF count in one boot; a new row when the values change. */
export interface FirmwareSnapshot {
  pci: string
  /** NUM_OF_VFS (PF_NUM_OF_VF where that governs) in force; null when not known. */
  current: number | null
  /** The same at next boot. */
  next: number | null
  /** ISO times of the first and the last reading with these values. */
  firstSeenAt: string
  lastSeenAt: string
}

/** An error counter that was higher than at the reading before. */
export interface CounterGrowth {
  device: string
  pci: string | null
  port: number
  /** sysfs name: `symbol_error`. */
  counter: string
  from: number
  to: number
  /** ISO times of the readings it grew between. */
  since: string
  at: string
}

/** Error counters over the readings of one boot. */
export interface CounterReadings {
  /** ISO times of the first and the last reading. */
  since: string
  readAt: string
  /** Newest last. */
  growth: readonly CounterGrowth[]
}

/** One boot of a node, oldest first. */
export interface BootRow {
  bootId: string
  /** Kernel boot time (ISO); null when it was not read. */
  bootedAt: string | null
  firstSeenAt: string
  lastSeenAt: string
  firmware: readonly FirmwareSnapshot[]
  /** Null: no counters were read in it. */
  counters: CounterReadings | null
}

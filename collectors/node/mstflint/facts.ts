/** One adapter's firmware images (EXPLAIN §3, flint). */
export interface FlintDevice {
  /** As printed: /dev/mst name or PCI address; flint q prints none. */
  device: string | null
  pci: string | null
  psid: string | null
  partNumber: string | null
  /** In flash: what the next restart of the firmware loads. */
  firmware: string | null
  runningFirmware: string | null
  /** True when flash holds another image than the one that runs; null when the output does not tell. */
  firmwarePending: boolean | null
  /** Image bundled with mlxfwmanager or mlxup: informational. */
  availableFirmware: string | null
  updateStatus: string | null
  baseGuid: string | null
  secure: boolean | null
}

export interface FlintFacts {
  devices: readonly FlintDevice[]
  /** True when the tool said that a restart is needed for its updates. */
  restartNeeded: boolean | null
  /** False: a card was listed that would not open. */
  complete?: boolean
}

/** One adapter of the fact `nicImage`; `firmware` is what lies in flash. */
export type NicImage = Pick<FlintDevice, 'pci' | 'psid' | 'firmware' | 'runningFirmware' | 'firmwarePending'>

/** The fact `nicImage`: running and stored firmware of each card (mstflint or devlink). */
export interface NicImageFacts {
  devices: readonly NicImage[]
  unread: readonly { pci: string; error: string }[]
}

/** What one mlx5 function said of itself; null: not said, or the device was dead when asked. */
export interface LogDevice {
  pci: string
  /** Null for 65535.65535.65535: the function answers with all ones (`dead`). */
  firmware: string | null
  pcieGbps: number | null
  pcieCapableGbps: number | null
  /** PCI address of the link that limits it. */
  pcieLimitedAt: string | null
  /** The last event; null after an error event. */
  cable: 'plugged' | 'unplugged' | null
  renamedTo: string | null
  dead?: true
}

export type FindingId =
  | 'iommu-translated'
  | 'pcie-bandwidth-limited'
  | 'peermem-invalid-context'
  | 'fw-internal-error'
  | 'fw-health'
  | 'fw-health-compromised'
  | 'fw-not-initialising'
  | 'recovery-aborted'
  | 'nic-temperature'
  | 'module-error'
  | 'cmd-timeout'
  | 'cmd-failed'
  | 'probe-failed'
  | 'unknown-symbol'
  | 'symbol-version-mismatch'
  | 'sriov-no-mmio'
  | 'netdev-watchdog'
  | 'link-down'
  | 'lockdown-pci-access'
  | 'gpu-xid'

/** One kind of message about one object (function, interface, module and symbol), however often it came. */
export interface LogFinding {
  id: FindingId
  severity: 'info' | 'warn' | 'fail'
  count: number
  /** ISO time of the first one; null where the log has no wall clock. */
  firstAt: string | null
  pci?: string
  netdev?: string
  module?: string
  symbol?: string
  errno?: number
  command?: string
  syndrome?: string
  extSyndrome?: string
  reason?: string
  tool?: string
  /** Xid numbers in order of appearance. */
  xids?: readonly number[]
  /** The first message, for evidence. */
  line: string
}

/** An Ethernet link that came or went. */
export interface LinkEvent {
  netdev: string
  event: 'up' | 'down'
  /** Null where the address was taken out of the log. */
  pci: string | null
  /** ISO time; null where the log has no wall clock. */
  at: string | null
  /** Seconds on the log's own clock; only differences within one log mean anything. Null: no clock. */
  sec: number | null
  /** True for a link that was up since its driver started and went down: the state a port starts with is no loss. */
  lost?: true
}

/** The fact `dmesg`: what the kernel said of NICs, GPUs, IOMMU and lockdown. Absence of a line proves nothing: the buffer rotates. */
export interface DmesgFacts {
  devices: readonly LogDevice[]
  linkEvents: readonly LinkEvent[]
  /** Seconds on the log's own clock at its last message, as in link events; null without a clock. */
  lastAt: number | null
  iommu: {
    vendor: 'intel' | 'amd' | 'arm' | null
    enabled: boolean | null
    defaultDomain: string | null
    source: string | null
  } | null
  secureBoot: boolean | null
  /** True: the kernel said that it is locked down; the level is not printed. */
  lockdown: boolean | null
  findings: readonly LogFinding[]
  /** `version magic 'A' should be 'B'`: modules built for another kernel. */
  versionMagic: readonly { module: string; built: string; running: string }[]
  /** GPUs said to have fallen off the bus. */
  gpusLost: readonly string[]
  /** NVSwitch errors (SXid). */
  sxids: readonly { pci: string; code: number; fatal: boolean; text: string }[]
  /** True when the log starts with the kernel's own first lines: then a missing boot message was really not printed. */
  fromBoot?: true
  /** True: all that the node keeps of this boot was read (live read), not an excerpt. */
  kept?: true
}

/** Findings of one id. */
export function findingsOf(facts: DmesgFacts, ...ids: readonly FindingId[]): readonly LogFinding[] {
  return facts.findings.filter((finding) => ids.includes(finding.id))
}

/** Tells facts that were read from the empty object of an answer that was not ok. */
export function isDmesgFacts(facts: DmesgFacts | Record<string, never>): facts is DmesgFacts {
  return 'findings' in facts
}

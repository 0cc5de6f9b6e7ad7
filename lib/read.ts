/**
 * A read is one thing Cairn asks, as a constant: never assembled from input (DESIGN §1.4).
 * Six kinds, told apart by `via`.
 */

/** How a read ends. `ok` says that the tool or API answered, not that what it said is healthy. */
export type ReadStatus = 'ok' | 'absent' | 'denied' | 'unreachable' | 'timeout' | 'unreadable'

/** One line of the generated sudoers file: a read-only tool with fixed arguments; `PCI` stands for a spelled-out PCI address. */
export interface SudoRule {
  /** Tool name as on PATH, e.g. `mstconfig`. */
  tool: string
  /** Exact arguments, e.g. `-d PCI -e q`. No bare `*`: it would let other arguments through (DESIGN §5). */
  args: string
}

/**
 * A section of the probe script: POSIX `sh`, constant.
 * Available inside: `$R` (CAIRN_ROOT prefix for /sys, /proc, /etc; empty on a real node), `priv CMD…` (runs CMD as root: directly, or by
 * `sudo -n`), `LC_ALL=C`, stdin closed. Write errors to stderr, never `2>&1`. A missing tool must end with status 127.
 */
export interface NodeRead {
  via: 'node'
  /** fast: sysfs and proc, seconds. slow: firmware tools, one at a time per node. */
  lane: 'fast' | 'slow'
  script: string
  /** The tool that must be on PATH for this section; absent → `absent`. */
  tool?: string
  /** Debian/RPM package that brings `tool`, for the fix text. */
  package?: string
  /** Privileged commands this section runs through `priv`. */
  sudo?: readonly SudoRule[]
  /** Seconds before the section is killed; default 20. */
  timeoutSec?: number
  /** Cap on stdout, bytes; default 1 MiB. */
  maxBytes?: number
  /** True: the collector's fact can be made without it; its parser then gets an empty answer. */
  optional?: boolean
}

/** A Kubernetes collection that is listed and watched. */
export interface KubeRead {
  via: 'kube'
  /** '' for the core group. */
  group: string
  version: string
  /** Lower-case plural as in the URL. */
  plural: string
  kind: string
  namespaced: boolean
  /** Server-side filters; constants. */
  labelSelector?: string
  fieldSelector?: string
  /** Events never send bookmarks: list again every so often instead (DESIGN §3). */
  relistSec?: number
}

/** A component's log, read from pods found by label. */
export interface LogRead {
  via: 'log'
  /** Label selector of the pods, all namespaces (k8s-formats §14: by label, never by name). */
  podSelector: string
  container?: string
  /** Also read the log of the container's previous life. */
  previous?: boolean
  tailLines: number
}

/** The output of a benchmark run. */
export interface RunRead {
  via: 'run'
  test: 'nccl' | 'rdma'
}

/** Rows the store keeps about a node: boots, firmware snapshots, earlier values. */
export interface HistoryRead {
  via: 'history'
  what: 'boots' | 'firmware' | 'counters' | 'verdicts'
}

/** Computed by the engine over all nodes: majorities and neighbours. */
export interface FleetRead {
  via: 'fleet'
  what: 'majority' | 'neighbours'
}

export type Read = NodeRead | KubeRead | LogRead | RunRead | HistoryRead | FleetRead

/** The raw result of a read, before redaction: what a transport hands over. */
export interface RawRead {
  status: ReadStatus
  /** Standard output, body or log text; at most the read's cap. */
  text: string
  stderr: string
  /** Exit code of the section or HTTP status; null when none was seen. */
  exitCode: number | null
  /** True when a cap cut the text. */
  cut: boolean
  /** Why not `ok`, in one sentence. */
  reason?: string
  startedAt: string
  durationMs: number
}

/** A read's outcome with its provenance, redacted: what the page shows and the digest is taken of. */
export interface Evidence extends RawRead {
  /** `<collector id>.<read name>`. */
  id: string
  via: Read['via']
  /** Node, or API server context. */
  source: string
  /** The command or API path, as one can paste it. */
  command: string
  /** SHA-256 of the stored text. */
  digest: string
  /** Names of redaction rules that fired. */
  redactions: string[]
  bootId?: string
}

import type { LogFinding } from './facts'

/** What a message says beside its id. */
type Said = Omit<LogFinding, 'count' | 'firstAt' | 'line' | 'xids'> & { xid?: number }

interface Rule {
  pattern: RegExp
  /** The message ends in a value of open length: on the unterminated last line of a capture it may be cut. */
  open?: true
  say(match: RegExpExecArray, from: Origin): Said | null
}

/** The device part of a message: `mlx5_core 0000:18:00.0 ibp24s0: …`. */
export interface Origin {
  driver: string | null
  pci: string | null
  netdev: string | null
}

const nic = ({ pci }: Origin) => (pci === null ? {} : { pci })

/** Modules whose failing probe matters here; anything else on a server is not ours. */
const OURS = /^(?:mlx[45]_|nvidia|nv_peer|ib_|rdma)/

/** Messages of the mlx5 driver and the PCI core behind a device prefix, without `func:line:(pid n): ` (host-formats §9). */
export const DEVICE_RULES: readonly Rule[] = [
  {
    pattern: /^Fatal error \d+ detected/,
    say: (_, from) => ({ id: 'fw-health', severity: 'fail', reason: 'fatal error', ...nic(from) }),
  },
  {
    // Before kernel 4.17 without its second half.
    pattern: /^device's health compromised(?: - reached miss count)?$/,
    say: (_, from) => ({ id: 'fw-health-compromised', severity: 'fail', ...nic(from) }),
  },
  {
    pattern: /^PCI slot is unavailable$/,
    say: (_, from) => ({ id: 'fw-health', severity: 'fail', reason: 'PCI slot is unavailable', ...nic(from) }),
  },
  {
    pattern: /^Firmware over \d+ MS in (?:pre-)?initializing state, aborting$/i,
    say: (_, from) => ({ id: 'fw-not-initialising', severity: 'fail', ...nic(from) }),
  },
  {
    pattern: /^health recovery (?:flow aborted\b|failed$)/,
    say: (_, from) => ({ id: 'recovery-aborted', severity: 'fail', ...nic(from) }),
  },
  {
    pattern: /^High temperature on sensors/,
    say: (_, from) => ({ id: 'nic-temperature', severity: 'fail', ...nic(from) }),
  },
  {
    pattern: /^Port module event\[error\]: module \d+, [^,]{1,80}, (.{1,400})$/,
    open: true,
    say: (match, from) => ({ id: 'module-error', severity: 'fail', reason: match[1] ?? '', ...nic(from) }),
  },
  {
    // Since kernel 5.10 commands that nobody waits for have their slot in front; `No done completion` comes before the same message.
    pattern:
      /^(?:cmd\[-?\d{1,6}\]: )?(\w{1,60})\(0x[0-9a-f]+\) (?:(?:Async, )?timeout\. Will cause a leak of a command resource|canceled on out of queue timeout\.)$/i,
    say: (match, from) => ({ id: 'cmd-timeout', severity: 'fail', command: match[1] ?? '', ...nic(from) }),
  },
  {
    pattern:
      /^(\w{1,60})\(0x[0-9a-f]+\)(?: (?:op_mod|uid)\(\w+\)){0,2} failed, status ([\w ]{1,60}(?: ?\(discarded\))?)\((?:0x)?[0-9a-f]+\), syndrome \((0x[0-9a-f]+)\)(?:, err\((-?\d+)\))?/i,
    say: (match, from) => ({
      id: 'cmd-failed',
      // Registers are asked for by tools (ethtool -m, mlxlink): a refusal is no fault of the card.
      severity: match[1] === 'ACCESS_REG' ? 'info' : 'warn',
      command: match[1] ?? '',
      reason: match[2] ?? '',
      syndrome: match[3] ?? '',
      ...(match[4] === undefined ? {} : { errno: Number(match[4]) }),
      ...nic(from),
    }),
  },
  {
    pattern: /^not enough MMIO resources for SR-IOV$/,
    say: (_, from) => ({ id: 'sriov-no-mmio', severity: 'fail', ...nic(from) }),
  },
  {
    pattern: /^probe with driver ([\w.-]{1,64}) failed with error (-?\d+)$/,
    open: true,
    say: (match, from) => probe(match[1], from.pci, match[2]),
  },
  {
    pattern: /^NETDEV WATCHDOG: CPU: \d+: transmit queue \d+ timed out/,
    say: (_, from) => ({
      id: 'netdev-watchdog',
      severity: 'fail',
      ...nic(from),
      ...(from.netdev === null ? {} : { netdev: from.netdev }),
    }),
  },
]

/** Messages without a device prefix. */
export const PLAIN_RULES: readonly Rule[] = [
  {
    pattern: /^iommu: Default domain type: Translated\b/,
    say: () => ({ id: 'iommu-translated', severity: 'warn' }),
  },
  {
    pattern: /^nvidia[-_]peermem:? \w{1,80}:\d+ ERROR detected invalid context/,
    say: () => ({ id: 'peermem-invalid-context', severity: 'warn' }),
  },
  {
    pattern: /^([\w.-]{1,64}): probe of (\S{4,40}) failed with error (-?\d+)$/,
    open: true,
    say: (match) => probe(match[1], pciOf(match[2]), match[3]),
  },
  {
    pattern: /^(\w{1,64}): Unknown symbol (\S{1,200}) \(err (-?\d+)\)$/,
    say: (match) => ({
      id: 'unknown-symbol',
      severity: 'fail',
      module: match[1] ?? '',
      symbol: match[2] ?? '',
      errno: Number(match[3]),
    }),
  },
  {
    pattern: /^(\w{1,64}): disagrees about version of symbol (\S{1,200})$/,
    open: true,
    say: (match) => ({
      id: 'symbol-version-mismatch',
      severity: 'fail',
      module: match[1] ?? '',
      symbol: match[2] ?? '',
    }),
  },
  {
    pattern: /^NETDEV WATCHDOG: (\S{1,40}) \(([^)]{1,60})\): transmit queue \d+ timed out/,
    say: (match) => ({ id: 'netdev-watchdog', severity: 'fail', netdev: match[1] ?? '' }),
  },
  {
    pattern: /^Lockdown: ([^:]{1,64}): direct PCI access is restricted/i,
    say: (match) => ({ id: 'lockdown-pci-access', severity: 'warn', tool: match[1] ?? '' }),
  },
  {
    // Drivers before 346 print no `PCI:`; MIG instances follow the address.
    pattern: /^NVRM: Xid \((?:PCI:)?([0-9a-fA-F:.]{7,16})[^)]{0,60}\): (\d{1,4}), (.{0,300})$/,
    open: true,
    say: (match) => xid(match),
  },
]

function probe(module: string | undefined, pci: string | null, error: string | undefined): Said | null {
  if (module === undefined || !OURS.test(module)) return null
  return {
    id: 'probe-failed',
    severity: 'fail',
    // Drivers of parts of a function: `mlx5_ib.rdma`, `mlx5_core.eth`.
    module: module.replace(/\..*$/, ''),
    errno: Number(error),
    ...(pci === null ? {} : { pci }),
  }
}

function pciOf(text: string | undefined): string | null {
  return /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(text ?? '') ? (text ?? null) : null
}

/**
 * Xids after which a GPU, its memory or its firmware needs a reset, a reboot or a repair (NVIDIA Xid catalogue, "immediate action"). 63 and 94
 * are contained: the job is lost, the GPU goes on until its next reset.
 */
const HARDWARE_XIDS = new Set([
  46, 48, 61, 62, 64, 74, 79, 92, 95, 109, 110, 119, 120, 121, 136, 140, 143, 151, 155, 156, 158,
])
/** NVLink 5 (Blackwell and later): the message says whether the error is fatal. */
const NVLINK5_XIDS = new Set([144, 145, 146, 147, 148, 149, 150])

function xid(match: RegExpExecArray): Said | null {
  const code = Number(match[2])
  const [, domain = '0000', rest = ''] =
    /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2})(?:\.[0-7])?$/i.exec(match[1] ?? '') ?? []
  if (rest === '') return null
  const words = (match[3] ?? '').replace(/^(?:(?:pid|name|channel|Ch|Channel)[ =][^,]{0,80}, ?){0,4}/, '').trim()
  return {
    id: 'gpu-xid',
    severity: xidSeverity(code, words),
    pci: `${domain.slice(-4)}:${rest}.0`.toLowerCase(),
    xid: code,
    ...(words === '' ? {} : { reason: words }),
  }
}

function xidSeverity(code: number, words: string): LogFinding['severity'] {
  if (NVLINK5_XIDS.has(code)) return /\bNon-?fatal\b/i.test(words) ? 'warn' : 'fail'
  // What the driver now asks for: `GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)`.
  if (code === 154) return /to 0x0 \(None\)$/.test(words) ? 'info' : 'fail'
  return HARDWARE_XIDS.has(code) ? 'fail' : 'warn'
}

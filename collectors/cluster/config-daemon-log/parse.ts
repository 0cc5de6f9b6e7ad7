import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { Findings, fullText, type LogFinding, span } from '../logs/findings'
import { type LogLine, readLog } from '../logs/line'
import { BENIGN, HEALTHY, SIGNATURES } from './signatures'

/** The daemon asked for a reboot because the firmware's VF count is not the wanted one. */
export interface TotalVfsChange {
  at: string | null
  current: number
  requested: number
  /** Device named by the lines before it; null when none is certain. */
  pci: string | null
}

/** What the log of the SR-IOV config daemon of one node says. */
export interface ConfigDaemonLogFacts {
  from: string | null
  to: string | null
  node: string | null
  /** Starts of the daemon that the log shows; the log before the first is of an earlier life. */
  starts: readonly (string | null)[]
  /** Requests for a reboot for the VF count, in order. */
  totalVfsChanges: readonly TotalVfsChange[]
  /** Values written to firmware: `NUM_OF_VFS=8`. */
  firmwareWrites: readonly { at: string | null; pci: string; params: readonly string[] }[]
  /** Reboots the daemon started. */
  reboots: readonly (string | null)[]
  /** Known lines, those overcome later left out. */
  findings: readonly LogFinding[]
  /** Other errors that were not overcome. */
  errors: readonly LogFinding[]
  /** True when the last state seen is "nothing to do". */
  settled: boolean
}

const PCI = /\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/i
const CHANGE_OLD = /Changing TotalVfs (\d{1,5}) to (\d{1,5}), needs reboot/
const MAX_LIST = 500

/** Reads a config daemon log (zap of NVIDIA ≥ 24.7, glog before); unreadable where no line is a log line. */
export function parseConfigDaemonLog(capture: Capture): Parsed<ConfigDaemonLogFacts> {
  const { lines } = readLog(capture.lines)
  if (lines.length === 0) return notOk('unreadable', 'bad-layout', 'no line of the config daemon was found')
  const facts = readDaemon(lines)
  return ok(facts, {
    errors: [...facts.findings, ...facts.errors].filter((each) => each.severity === 'fail').map((each) => each.text),
  })
}

/** Reads the lines of one node's daemon, in order. */
export function readDaemon(lines: readonly LogLine[]): ConfigDaemonLogFacts {
  const known = new Findings()
  const other = new Findings()
  const changes: TotalVfsChange[] = []
  const writes: { at: string | null; pci: string; params: string[] }[] = []
  const starts: (string | null)[] = []
  const reboots: (string | null)[] = []
  let node: string | null = null
  let device: string | null = null
  let settled = false
  for (const line of lines) {
    const text = fullText(line)
    node ??= nodeName(line)
    device = deviceOf(line) ?? device
    if (HEALTHY.test(line.message)) {
      known.clear()
      other.clear()
      settled = true
      continue
    }
    if (
      /^(?:daemon running in |Starting SriovNetworkConfigDaemon|starting sriov-network-config-daemon)/i.test(
        line.message,
      )
    ) {
      starts.push(line.at)
      device = null
    }
    const change = totalVfs(line)
    if (change && changes.length < MAX_LIST) {
      changes.push({ ...change, at: line.at, pci: device })
      device = null
      settled = false
    }
    const write = firmwareWrite(line)
    if (write && writes.length < MAX_LIST) writes.push({ ...write, at: line.at })
    if (/trigger node reboot/.test(line.message) && reboots.length < MAX_LIST) reboots.push(line.at)
    const signature = SIGNATURES.find((each) => each.pattern.test(text))
    const pci = PCI.exec(text)?.[0].toLowerCase() ?? device
    if (signature) known.add(signature, line, text, signature.id === 'plugin-error' ? null : pci)
    else if (line.level === 'error' && line.whole && !BENIGN.test(text))
      other.add({ id: line.message.slice(0, 80), severity: 'warn' }, line, text, null)
    if (signature?.severity === 'fail' || line.level === 'error') settled = false
  }
  return {
    ...span(lines),
    node,
    starts,
    totalVfsChanges: changes,
    firmwareWrites: writes,
    reboots,
    findings: withoutEcho(known.list()),
    errors: echoes(other.list(), known.list()),
    settled,
  }
}

/** "plugin error" only repeats the line before it; it counts where nothing better was said. */
function withoutEcho(findings: readonly LogFinding[]): LogFinding[] {
  const better = findings.some((each) => each.severity === 'fail' && each.id !== 'plugin-error')
  return findings.filter((each) => !better || each.id !== 'plugin-error')
}

/** Controllers repeat every error as "Reconciler error". */
function echoes(errors: readonly LogFinding[], known: readonly LogFinding[]): LogFinding[] {
  return errors.filter((each) => (known.length === 0 && errors.length === 1) || !each.id.startsWith('Reconciler error'))
}

function nodeName(line: LogLine): string | null {
  const name = line.fields?.controllerKind === 'SriovNetworkNodeState' ? line.fields.name : undefined
  return typeof name === 'string' && name !== '' ? name : null
}

function deviceOf(line: LogLine): string | null {
  for (const key of ['device', 'address', 'pciAddress', 'pci']) {
    const value = line.fields?.[key]
    if (typeof value === 'string' && PCI.test(value)) return value.toLowerCase()
  }
  return null
}

function totalVfs(line: LogLine): { current: number; requested: number } | null {
  const old = CHANGE_OLD.exec(line.message)
  if (old) return { current: Number(old[1]), requested: Number(old[2]) }
  if (!/^Changing TotalVfs, needs reboot/.test(line.message)) return null
  const [current, requested] = [vfs(line.fields?.current), vfs(line.fields?.requested)]
  return current !== null && requested !== null ? { current, requested } : null
}

/** zap prints a number, klog text. */
function vfs(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : null
}

/** `configFW() {"cmd-args": ["-d", "<pci>", "-y", "set", "NUM_OF_VFS=8"]}`. */
function firmwareWrite(line: LogLine): { pci: string; params: string[] } | null {
  const raw = line.fields?.['cmd-args']
  const args = Array.isArray(raw) ? raw.map(String) : []
  const pci = args[args.indexOf('-d') + 1] ?? ''
  const set = args.indexOf('set')
  return set > 0 && PCI.test(pci) ? { pci: pci.toLowerCase(), params: args.slice(set + 1) } : null
}

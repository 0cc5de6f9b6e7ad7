import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { Findings, fullText, type LogFinding, span } from '../logs/findings'
import { type LogLine, readLog } from '../logs/line'
import { Boots } from './boots'
import { deviceOf, firmwareWrite, fromTo, nodeName, pciIn, syncFailure, totalVfs } from './line-values'
import { BENIGN, GENERAL, HEALTHY, REPEATS, SIGNATURES } from './signatures'

/** The daemon asked for a reboot because the firmware's VF count is not the wanted one. */
export interface TotalVfsChange {
  at: string | null
  current: number
  requested: number
  /** Device named by the lines before it; null when none is certain. */
  pci: string | null
  /** Boots of the node, asked for by the daemon, that the log shows before it. */
  boot: number
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
  /** False where the text ends within an error line: what it would say is not known. */
  complete?: boolean
}

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
  const boots = new Boots(MAX_LIST)
  let node: string | null = null
  let device: string | null = null
  let settled = false
  for (const line of lines) {
    const failure = syncFailure(line)
    const text = failure === null ? fullText(line) : `${line.message.split(':')[0]}: sync failed: ${failure}`
    node ??= nodeName(line)
    device = deviceOf(line) ?? device
    if (HEALTHY.test(line.message)) {
      known.clear()
      other.clear()
      settled = true
      continue
    }
    const booted = boots.count
    if (boots.take(line)) device = null
    if (boots.count > booted) known.clear()
    const change = totalVfs(line)
    if (change && changes.length < MAX_LIST) {
      changes.push({ ...change, at: line.at, pci: device, boot: boots.count })
      device = null
      settled = false
    }
    const write = firmwareWrite(line)
    if (write && writes.length < MAX_LIST) writes.push({ ...write, at: line.at })
    const signature = SIGNATURES.find((each) => each.pattern.test(text) && (line.whole || !GENERAL.has(each.id)))
    const pci = pciIn(text) ?? device
    const counts = line.level === 'error' && line.whole && !BENIGN.test(text)
    // With both numbers a change is judged for itself.
    if (signature && change === null)
      known.add(signature, line, `${text}${fromTo(line)}`, REPEATS.has(signature.id) ? deviceOf(line) : pci)
    else if (counts && change === null) other.add({ id: line.message.slice(0, 80), severity: 'warn' }, line, text, null)
    if (signature || counts) settled = false
  }
  return {
    ...span(lines),
    node,
    starts: boots.starts,
    totalVfsChanges: changes,
    firmwareWrites: writes,
    reboots: boots.reboots,
    findings: withoutEcho(known.list()),
    errors: echoes(other.list(), known.list()),
    settled,
    ...(lines.at(-1)?.level === 'error' && lines.at(-1)?.whole === false ? { complete: false } : {}),
  }
}

/** Lines that only repeat the error before them count where nothing better was said. */
function withoutEcho(findings: readonly LogFinding[]): LogFinding[] {
  const better = findings.some((each) => each.severity === 'fail' && !REPEATS.has(each.id))
  const left = findings.filter((each) => !better || !REPEATS.has(each.id))
  return left.filter((each) => each.id !== 'plugin-error' || !left.some((one) => one.id === 'sriov-config-failed'))
}

/** Controllers repeat every error as "Reconciler error". */
function echoes(errors: readonly LogFinding[], known: readonly LogFinding[]): LogFinding[] {
  return errors.filter(
    (each) =>
      (known.length === 0 && errors.length === 1) ||
      !/^(?:Reconciler error|error syncing: |got an error)/i.test(each.id),
  )
}

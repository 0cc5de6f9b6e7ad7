import type { FindingId, LogFinding } from './facts'
import type { LogRecord } from './records'
import { DEVICE_RULES, type Origin, PLAIN_RULES } from './rules'

type Entry = { -readonly [K in keyof LogFinding]: LogFinding[K] }

/** Findings so far, one per id and object. */
export class Tally {
  readonly #found = new Map<string, Entry>()
  /** The health report a function is in the middle of printing. */
  readonly #health = new Map<string, Entry>()

  get findings(): LogFinding[] {
    return [...this.#found.values()]
  }

  /** Adds what a message says; true when it is one of ours. */
  read(record: LogRecord, from: Origin, text: string): boolean {
    const rules = from.driver === null ? PLAIN_RULES : DEVICE_RULES
    for (const { pattern, open, say } of rules) {
      const match = record.whole || !open ? pattern.exec(text) : null
      const said = match ? say(match, from) : null
      if (said) {
        const { xid, ...finding } = said
        const entry = this.add(finding, record, xid)
        // The report that follows says what a fatal error was.
        if (/^Fatal error /.test(text) && from.pci !== null) this.#health.set(from.pci, entry)
        return true
      }
    }
    return from.pci !== null && this.#readHealth(record, from.pci, text)
  }

  /** Counts a finding; the first one's words stay, the worst severity wins. */
  add(finding: Omit<LogFinding, 'count' | 'firstAt' | 'line'>, record: LogRecord, xid?: number): Entry {
    const { id, pci = '', netdev = '', module = '', symbol = '' } = finding
    const key = [id, pci, netdev, module, symbol].join('|')
    const known = this.#found.get(key)
    if (known) {
      known.count += 1
      if (worse(finding.severity, known.severity)) known.severity = finding.severity
      if (xid !== undefined && !known.xids?.includes(xid)) known.xids = [...(known.xids ?? []), xid].slice(0, 32)
      return known
    }
    const { severity, ...rest } = finding
    const entry: Entry = {
      ...rest,
      severity,
      count: 1,
      firstAt: record.at,
      ...(xid === undefined ? {} : { xids: [xid] }),
      line: record.text.slice(0, 400),
    }
    this.#found.set(key, entry)
    return entry
  }

  /** `Health issue observed, X, severity(3) ERROR:` and the lines of its report (mlx5 health.c); older kernels print no heading. */
  #readHealth(record: LogRecord, pci: string, text: string): boolean {
    const heading = /^Health issue observed, ([^,]{1,80}), severity\((\d)\) [\w ]{1,20}:?$/.exec(text)
    if (heading) {
      const severity = Number(heading[2]) <= 3 ? 'fail' : 'warn'
      this.#health.set(pci, this.add({ ...healthOf(heading[1] ?? ''), severity, pci }, record))
      return true
    }
    const syndrome = /^synd (0x[0-9a-f]+): (.{1,80})$/i.exec(text)
    const open = this.#health.get(pci)
    if (syndrome && record.whole) {
      // Old kernels print the report of a healthy card too: its syndrome is 0.
      if (Number(syndrome[1]) === 0) return true
      const same = open && open.syndrome === undefined
      const entry = same ? open : this.add({ ...healthOf(syndrome[2] ?? ''), severity: 'fail', pci }, record)
      entry.syndrome ??= syndrome[1] ?? ''
      this.#health.set(pci, entry)
      return true
    }
    const extended = /^ext_synd (0x[0-9a-f]+)$/i.exec(text)?.[1]
    if (extended === undefined) return false
    if (record.whole && open) open.extSyndrome ??= extended
    return true
  }
}

function healthOf(words: string): { id: FindingId; reason?: string } {
  if (/firmware internal error/i.test(words)) return { id: 'fw-internal-error' }
  // Spelt `temprature` up to kernel 4.14.
  if (/high tempe?rature/i.test(words)) return { id: 'nic-temperature' }
  return { id: 'fw-health', reason: words.trim() }
}

const RANK = { info: 0, warn: 1, fail: 2 } as const

function worse(a: LogFinding['severity'], b: LogFinding['severity']): boolean {
  return RANK[a] > RANK[b]
}

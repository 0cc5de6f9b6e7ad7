import { sanitiseLine } from '@/lib/sanitise'
import type { LogLine } from './line'

/** A known line of a log, counted. */
export interface LogFinding {
  /** Signature id, stable. */
  id: string
  severity: 'fail' | 'warn' | 'info'
  count: number
  firstAt: string | null
  lastAt: string | null
  /** PCI address it names or follows; null when none does. */
  pci: string | null
  /** The line's own words, with the error behind them. */
  text: string
}

/** How a known line is told: by its words, never by file and line number (k8s-formats §3.2). */
export interface Signature {
  id: string
  severity: LogFinding['severity']
  pattern: RegExp
}

const MAX_FINDINGS = 100

/** Collects findings, one per id and PCI address. */
export class Findings {
  private readonly found = new Map<string, LogFinding>()

  /** Counts one line. */
  add(
    signature: Pick<Signature, 'id' | 'severity'>,
    line: Pick<LogLine, 'at'>,
    text: string,
    pci: string | null,
  ): void {
    const key = `${signature.id} ${pci ?? ''}`
    const before = this.found.get(key)
    if (before === undefined && this.found.size >= MAX_FINDINGS) return
    this.found.set(key, {
      id: signature.id,
      severity: signature.severity,
      count: (before?.count ?? 0) + 1,
      firstAt: before?.firstAt ?? line.at,
      lastAt: line.at ?? before?.lastAt ?? null,
      pci,
      text: before?.text ?? sanitiseLine(text, 600),
    })
  }

  /** Forgets what the log says has been overcome. */
  clear(): void {
    this.found.clear()
  }

  /** Forgets one kind of finding about one thing, named in its words: it came right later. */
  forget(id: string, name: string): void {
    for (const [key, each] of this.found) if (each.id === id && each.text.includes(name)) this.found.delete(key)
  }

  /** All findings, failures first. */
  list(): LogFinding[] {
    const rank = { fail: 0, warn: 1, info: 2 }
    return [...this.found.values()].sort((a, b) => rank[a.severity] - rank[b.severity])
  }
}

/** The words of a line with the cause that structured loggers put beside them. */
export function fullText(line: LogLine): string {
  const extra = ['error', 'err', 'stderr', 'reason'].flatMap((key) => {
    const value = line.fields?.[key]
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []
  })
  return [line.message, ...extra].join(': ')
}

/** First and last time of a log. */
export function span(lines: readonly LogLine[]): { from: string | null; to: string | null } {
  const times = lines.flatMap((line) => line.at ?? [])
  return { from: times[0] ?? null, to: times[times.length - 1] ?? null }
}

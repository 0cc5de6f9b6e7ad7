import type { SignatureHit } from '@/collectors/run/nccl-tests/facts'
import { DERIVED } from './catalogue'
import type { LogLine } from './line'
import { type Severity, type Signature, severityOf, worse } from './signature'

/** Longest line kept as evidence. */
const MAX_LINE = 400
const MAX_HOSTS = 64

interface Hit {
  signature: Signature
  severity: Severity
  count: number
  line: string
  lineNumber: number
  hosts: Set<string>
}

/** Counts signatures, one entry per id, with the first line of each. Memory does not grow with the log. */
export class SignatureLog {
  private readonly hits = new Map<string, Hit>()

  add(signature: Signature, line: string, log: LogLine | null, lineNumber: number): void {
    const severity = severityOf(signature, line)
    let hit = this.hits.get(signature.id)
    if (!hit) {
      hit = { signature, severity, count: 0, line: line.trim().slice(0, MAX_LINE), lineNumber, hosts: new Set() }
      this.hits.set(signature.id, hit)
    }
    hit.count += 1
    hit.severity = worse(hit.severity, severity)
    if (log?.host && hit.hosts.size < MAX_HOSTS) hit.hosts.add(log.host)
  }

  count(id: string): number {
    return this.hits.get(id)?.count ?? 0
  }

  list(derived: readonly string[], open: readonly Signature[], openLine: string, openNumber: number): SignatureHit[] {
    const read = [...this.hits.values()].map(
      ({ signature, severity, count, line, lineNumber, hosts }): SignatureHit => ({
        id: signature.id,
        severity,
        count: count + (open.includes(signature) ? 1 : 0),
        line,
        lineNumber,
        hosts: [...hosts],
      }),
    )
    const fresh = open
      .filter((signature) => !this.hits.has(signature.id))
      .map(
        (signature): SignatureHit => ({
          id: signature.id,
          severity: severityOf(signature, openLine),
          count: 1,
          line: openLine.trim().slice(0, MAX_LINE),
          lineNumber: openNumber,
          hosts: [],
        }),
      )
    const computed = derived.map(
      (id): SignatureHit => ({
        id,
        severity: DERIVED[id]?.severity ?? 'info',
        count: 1,
        line: '',
        lineNumber: null,
        hosts: [],
      }),
    )
    return [...read, ...fresh, ...computed]
  }
}

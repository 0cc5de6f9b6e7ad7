import type { DmesgFacts, LogFinding } from '@/collectors/node/dmesg/facts'
import { type Detail, type Finding, type FixStep, type Lacking, lacking, type Verdict } from '@/lib/check'

/** What a finding of the kernel log is about: function, interface, module, or the log itself. */
export function logSubject(finding: LogFinding): string {
  return finding.pci ?? finding.netdev ?? finding.module ?? finding.tool ?? 'kernel log'
}

/** The message in a few words. */
export function logWords(finding: LogFinding): string {
  const what = finding.id.replaceAll('-', ' ')
  const more = [
    finding.symbol,
    finding.command,
    finding.xids ? `Xid ${finding.xids.join(', ')}` : undefined,
    finding.reason,
    finding.errno === undefined ? undefined : `error ${finding.errno}`,
    finding.extSyndrome ? `ext_synd ${finding.extSyndrome}` : undefined,
  ].filter((part) => part !== undefined && part !== '')
  return `${what}${more.length > 0 ? `: ${more.join(', ')}` : ''}${finding.count > 1 ? ` (${finding.count} times)` : ''}`
}

/** The messages as evidence. */
export function logEvidence(findings: readonly LogFinding[]): Detail {
  return {
    kind: 'lines',
    title: 'Kernel log',
    source: 'journalctl -k -b',
    lines: findings.slice(0, 12).map((each) => ({ text: `${each.firstAt ?? ''} ${each.line}`.trim(), mark: true })),
  }
}

/** A verdict made of findings of the kernel log; one row per object. */
export function logVerdict(
  findings: readonly LogFinding[],
  status: 'warn' | 'fail',
  reason: string,
  fix: readonly FixStep[],
): Verdict {
  const rows = findings.map((each): Finding => ({ subject: logSubject(each), status, summary: logWords(each) }))
  const first = findings[0]
  return {
    status,
    summary: rows
      .slice(0, 4)
      .map((row) => `${row.subject} ${row.summary}`)
      .join('; '),
    findings: rows,
    evidence: [logEvidence(findings)],
    fix,
    reason,
    params: {
      kind: [...new Set(findings.map((each) => each.id))].sort().join(','),
      ...(first?.symbol ? { symbol: first.symbol } : {}),
    },
  }
}

/** No such message: a pass only where the log is whole; the buffer rotates and excerpts leave lines out. */
export function logSilent(dmesg: DmesgFacts, summary: string): Verdict | Lacking {
  if (dmesg.fromBoot || dmesg.kept) return { status: 'pass', summary }
  return lacking(
    'the kernel log is an excerpt that does not start at boot: a message that is not in it may have been printed',
  )
}

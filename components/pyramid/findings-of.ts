import { blindReads } from '@/components/evidence/blind'
import type { Detail } from '@/lib/check'
import type { JudgedCheck, NodeCause, NodeReport } from '@/lib/report'

/** What the top of a node page is about: the headline cause, or the lowest failed check where no cause explains it. */
export interface Headline {
  cause: NodeCause | null
  /** The check whose evidence shows it best. */
  check: JudgedCheck | null
  /** Found and expected values that decided, at most two. */
  values: readonly Extract<Detail, { kind: 'value' }>[]
}

/**
 * Picks the page's subject from a report, as the engine words its headline: the cause that explains the first broken level; without
 * one the check itself, never a cause of something else.
 */
export function headlineOf(report: NodeReport): Headline {
  const level = report.firstBroken ?? (report.checks.some(isBlindness) ? 'reach' : null)
  const broken = report.checks.filter((check) => check.state === 'fail' && check.level === level)
  const cause =
    level === null
      ? (report.causes[0] ?? null)
      : (report.causes.find((entry) => broken.some((check) => entry.explains.includes(check.id))) ?? null)
  const failed = report.checks.filter((check) => check.state === 'fail')
  const explained = cause
    ? report.checks.filter((check) => cause.explains.includes(check.id) && check.state !== 'pass')
    : []
  const check =
    explained.find((entry) => entry.state === 'fail' && entry.level === level) ??
    explained.find((entry) => entry.state === 'fail') ??
    failed.find((entry) => entry.level === level) ??
    failed[0] ??
    explained[0] ??
    (report.state === 'unknown' ? missing(report) : null)
  const values = (check?.evidence ?? []).filter((detail) => detail.kind === 'value').filter((detail) => !detail.ok)
  return { cause, check, values: values.slice(0, 2) }
}

function isBlindness(check: JudgedCheck): boolean {
  return check.level === 'reach' && check.state === 'fail'
}

/** Of an unknown node the check that is missing: one that Cairn could not see before one that nothing was read for. */
function missing(report: NodeReport): JudgedCheck | null {
  const unknown = report.checks.filter((check) => check.state === 'unknown')
  return unknown.find((check) => blindReads(check).length > 0) ?? unknown[0] ?? null
}

/** Causes and failed checks that the headline does not explain: listed second, never hidden (UX-30). */
export function otherProblems(report: NodeReport): { causes: readonly NodeCause[]; checks: readonly JudgedCheck[] } {
  const { cause, check } = headlineOf(report)
  const causes = report.causes.filter((entry) => entry !== cause)
  const explained = new Set(report.causes.flatMap((entry) => entry.explains))
  const checks = report.checks.filter(
    (entry) => entry.state === 'fail' && !explained.has(entry.id) && (cause !== null || entry !== check),
  )
  return { causes, checks }
}

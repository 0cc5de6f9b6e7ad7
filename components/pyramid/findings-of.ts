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

/** Picks the page's subject from a report. */
export function headlineOf(report: NodeReport): Headline {
  const cause = report.causes[0] ?? null
  const level = report.firstBroken
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
    null
  const values = (check?.evidence ?? []).filter((detail) => detail.kind === 'value').filter((detail) => !detail.ok)
  return { cause, check, values: values.slice(0, 2) }
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

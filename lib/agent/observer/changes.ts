import type { NodeTransition } from '@/lib/agent/store/transitions'
import { lastKnown } from '@/lib/engine/judged-check'
import type { JudgedCheck, NodeReport } from '@/lib/report'

/**
 * Verdict changes, and a new boot. What could not be seen for a while is no change of the node: unknown is passed over, and what is seen
 * after it is compared with what was known before.
 */
export function changesOf(before: NodeReport, after: NodeReport, at: string): NodeTransition[] {
  const earlier = new Map(before.checks.map((check) => [check.id, check]))
  const changes = after.checks.flatMap((check): NodeTransition[] => {
    const from = shownBefore(earlier.get(check.id))
    if (from === null || from === check.state || check.state === 'unknown') return []
    // A failure that a run disproved was not seen for a while: it is still the same failure.
    if (earlier.get(check.id)?.state === 'unknown' && check.known?.state === from) return []
    const { level, id, state, summary } = check
    return [{ node: after.node, at, kind: 'verdict', level, check: id, from, to: state, text: summary }]
  })
  if (before.bootId && after.bootId && before.bootId !== after.bootId) {
    changes.unshift({
      node: after.node,
      at,
      kind: 'boot',
      level: null,
      check: null,
      from: before.bootId,
      to: after.bootId,
      text: 'The node was booted again',
    })
  }
  return changes
}

/** The state last shown that was not unknown. */
function shownBefore(check: JudgedCheck | undefined): JudgedCheck['state'] | null {
  if (check === undefined) return null
  return check.state === 'unknown' ? (lastKnown(check)?.state ?? null) : check.state
}

/** Equal prints: nothing a person could see has changed, but for the time Kubernetes was last heard of. */
export function fingerprint(report: Omit<NodeReport, 'revision'>): string {
  const checks = report.checks.map(
    (check) => `${check.id} ${check.state} ${check.stale ? 1 : 0} ${check.summary} ${check.contradiction ?? ''}`,
  )
  const levels = report.levels.map((level) => level.shown)
  const causes = report.causes.map((cause) => `${cause.signature} ${cause.summary}`)
  const { state, headline, profile, bootId, readAt, stale } = report
  return [state, headline, profile, bootId, readAt, stale, ...levels, ...causes, ...checks].join('\n')
}

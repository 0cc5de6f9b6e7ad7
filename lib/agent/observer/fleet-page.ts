import type { CausePage, CauseSummary, Fleet, FleetNode } from '@/lib/contract/api'
import { LEVELS } from '@/lib/levels'
import type { NodeCause, NodeReport } from '@/lib/report'
import type { ShownState } from '@/lib/verdict'

const LETTER: Readonly<Record<ShownState, string>> = {
  pass: 'p',
  warn: 'w',
  fail: 'f',
  unknown: 'u',
  blocked: 'b',
  running: 'r',
  'not-applicable': 's',
  'not-proved': 'n',
}

/** A report as a tile of the fleet page. */
export function tileOf(report: NodeReport, attributes: Readonly<Record<string, string>>): FleetNode {
  const shown = new Map(report.levels.map((level) => [level.id, level.shown]))
  return {
    name: report.node,
    state: report.state,
    firstBroken: report.firstBroken,
    cause: headlineCause(report)?.signature ?? null,
    headline: report.headline,
    levels: LEVELS.map((level) => LETTER[shown.get(level.id) ?? 'unknown']).join(''),
    readAt: report.readAt,
    stale: report.stale,
    revision: report.revision,
    attributes: { ...attributes },
  }
}

/**
 * The cause a node is counted under: the one that explains its first broken level. None, when that level's failure stands unexplained: a
 * cause of something else would be counted wrongly. Without a failure: the first, when something is warned about.
 */
export function headlineCause(report: NodeReport): NodeCause | undefined {
  if (report.state === 'pass') return undefined
  if (report.firstBroken === null) return report.causes[0]
  const failed = report.checks.filter((check) => check.level === report.firstBroken && check.state === 'fail')
  return report.causes.find((cause) => failed.some((check) => cause.explains.includes(check.id)))
}

/** Counters that add up to the number of nodes. */
export function countStates(reports: readonly NodeReport[]): Fleet['counts'] {
  const counts = { total: reports.length, pass: 0, warn: 0, fail: 0, blocked: 0, unknown: 0 }
  for (const report of reports) counts[report.state] += 1
  return counts
}

/** Groups causes over nodes by signature, most nodes first. */
export function groupCauses(reports: readonly NodeReport[]): CauseSummary[] {
  const groups = new Map<string, CauseSummary>()
  for (const report of reports) {
    const headline = headlineCause(report)?.signature
    const sinceOf = (id: string) => report.checks.find((check) => check.id === id)?.since ?? null
    for (const cause of report.causes) {
      const group = groups.get(cause.signature) ?? summaryOf(cause)
      group.nodeCount += 1
      if (cause.signature === headline) group.headlineCount += 1
      group.since = earliest([group.since, ...cause.explains.map(sinceOf)])
      groups.set(cause.signature, group)
    }
  }
  return [...groups.values()].sort(
    (a, b) => b.headlineCount - a.headlineCount || b.nodeCount - a.nodeCount || a.signature.localeCompare(b.signature),
  )
}

function summaryOf(cause: NodeCause): CauseSummary {
  const { signature, id, title, level, scope, summary } = cause
  return { signature, id, title, level, scope, summary, nodeCount: 0, headlineCount: 0, since: null }
}

/** A cause is as old as the oldest of its symptoms: that survives a restart, and ends with them. */
function earliest(times: readonly (string | null)[]): string | null {
  const known = times.flatMap((time) => time ?? []).sort()
  return known[0] ?? null
}

/** Attribute values with too few known sides say nothing (UX-22). */
const MIN_KNOWN = 5
const MAX_SHARED = 12

/** What the nodes of a cause share and the others do not: largest difference of shares first. */
export function sharedAttributes(here: readonly FleetNode[], there: readonly FleetNode[]): CausePage['inCommon'] {
  const keys = new Set(here.flatMap((node) => Object.keys(node.attributes)))
  const rows = [...keys].flatMap((attribute) => {
    const inside = here.flatMap((node) => node.attributes[attribute] ?? [])
    const outside = there.flatMap((node) => node.attributes[attribute] ?? [])
    if (inside.length + outside.length < MIN_KNOWN || inside.length === 0) return []
    return [...new Set(inside)].map((value) => ({
      attribute,
      value,
      here: inside.filter((each) => each === value).length,
      hereOf: inside.length,
      there: outside.filter((each) => each === value).length,
      thereOf: outside.length,
    }))
  })
  const telling = (row: CausePage['inCommon'][number]) =>
    row.here / row.hereOf - (row.thereOf === 0 ? 0 : row.there / row.thereOf)
  return rows
    .filter((row) => row.here > 1 && telling(row) > 0)
    .sort((a, b) => telling(b) - telling(a) || a.attribute.localeCompare(b.attribute))
    .slice(0, MAX_SHARED)
}

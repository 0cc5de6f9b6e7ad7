import { type LevelId, levelInfo, REQUIRED_LEVELS } from '@/lib/levels'
import type { JudgedCheck, NodeCause, NodeReport } from '@/lib/report'

/** What is wrong with a cluster first, and on which nodes. */
export interface ClusterHeadline {
  /** Id of the cause, or of the check where no cause explains it; null: nothing failed and no required level warns. */
  id: string | null
  /** Groups the same cause over nodes; a check's own id where no cause explains it. */
  signature: string | null
  status: 'fail' | 'warn' | null
  level: LevelId | null
  /** The sentence. */
  text: string
  /** Nodes that show it themselves, sorted; where only the cluster shows it, all of them. */
  nodes: readonly string[]
}

/** One cause, or one check without a cause, at the level of a node that breaks first. */
interface Found {
  id: string
  signature: string
  level: LevelId
  text: string
  isCause: boolean
  /** Explained checks of the node's own that fail here: how plainly this node shows it. */
  own: number
  all: number
  /** Position among the node's causes or checks. */
  order: number
}

/**
 * The first cause over nodes: the lowest broken level first; there a cause outranks a failure nobody explains, then the more nodes, then
 * what only the cluster shows, then the engine's own order. Its words are those of the node that shows most of it.
 */
export function clusterHeadline(reports: readonly NodeReport[]): ClusterHeadline {
  return (
    worst(reports, 'fail') ??
    worst(reports, 'warn') ?? {
      id: null,
      signature: null,
      status: null,
      level: null,
      text: withoutFault(reports),
      nodes: [],
    }
  )
}

function worst(reports: readonly NodeReport[], status: 'fail' | 'warn'): ClusterHeadline | null {
  const groups = new Map<string, { node: string; one: Found }[]>()
  for (const report of reports) {
    for (const one of firstOf(report, status)) {
      const key = `${one.level} ${one.signature}`
      groups.set(key, [...(groups.get(key) ?? []), { node: report.node, one }])
    }
  }
  const sorted = [...groups.values()].map(groupOf).sort((a, b) => compare(a, b))
  const first = sorted.find((group) => !sorted.some((other) => holdsUp(other, group)))
  if (!first) return null
  const { id, signature, level } = first.one
  const text = first.one.text + others(reports, first.one)
  return { id, signature, status, level, text, nodes: first.nodes }
}

function holdsUp(holder: Group, waiting: Group): boolean {
  return holder.one.level === waiting.one.level && BEHIND[holder.one.id]?.includes(waiting.one.id) === true
}

/** Titles of the other causes: several faults may stand side by side, and the first is not all. */
function others(reports: readonly NodeReport[], first: Found): string {
  const behind = BEHIND[first.id] ?? []
  const causes = reports.flatMap((report) => report.causes).filter((each) => each.signature !== first.signature)
  const titles = [...new Set(causes.flatMap((each) => (behind.includes(each.id) ? [] : [each.title])))]
  return first.isCause && titles.length > 0 ? `. Also: ${titles.slice(0, 4).join('; ')}` : ''
}

type Group = ReturnType<typeof groupOf>

function groupOf(members: readonly { node: string; one: Found }[]): { one: Found; nodes: string[] } {
  const own = members.filter(({ one }) => one.own > 0)
  const shown = own.length > 0 ? own : members
  const plain = shown.reduce((best, next) => (next.one.all > best.one.all ? next : best))
  return { one: plain.one, nodes: shown.map(({ node }) => node).sort() }
}

function compare(a: Group, b: Group): number {
  return (
    rank(a.one.level) - rank(b.one.level) ||
    Number(b.one.isCause) - Number(a.one.isCause) ||
    b.nodes.length - a.nodes.length ||
    Number(a.one.own > 0 && !a.one.isCause) - Number(b.one.own > 0 && !b.one.isCause) ||
    a.one.order - b.one.order ||
    a.one.signature.localeCompare(b.one.signature)
  )
}

function rank(level: LevelId): number {
  return levelInfo(level).number
}

/** What stands at a node's first broken level: causes of its failures, else the failures themselves. */
function firstOf(report: NodeReport, status: 'fail' | 'warn'): Found[] {
  const wanted = report.checks.filter((check) => check.state === status)
  const level = status === 'fail' ? report.firstBroken : lowestRequired(wanted)
  if (level === null) return []
  const here = wanted.filter((check) => check.level === level)
  const causes = report.causes.filter((cause) => here.some((check) => cause.explains.includes(check.id)))
  return causes.length > 0
    ? causes.map((cause, order) => ofCause(cause, level, order, wanted))
    : here.map((check, order) => ofCheck(check, level, order))
}

function lowestRequired(checks: readonly JudgedCheck[]): LevelId | null {
  return REQUIRED_LEVELS.find((level) => checks.some((check) => check.level === level)) ?? null
}

function ofCause(cause: NodeCause, level: LevelId, order: number, wanted: readonly JudgedCheck[]): Found {
  const explained = wanted.filter((check) => cause.explains.includes(check.id))
  const own = explained.filter((check) => check.scope === 'node').length
  const { id, signature, summary } = cause
  return { id, signature, level, text: summary, isCause: true, own, all: explained.length, order }
}

function ofCheck(check: JudgedCheck, level: LevelId, order: number): Found {
  const own = check.scope === 'node' ? 1 : 0
  return { id: check.id, signature: check.id, level, text: check.summary, isCause: false, own, all: 1, order }
}

/** Changes that wait on other nodes while the first cause holds the queue: they come after it. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  'drain-blocked': ['reboot-pending', 'vf-count-policy-vs-firmware'],
}

/** How much could be told. Never "healthy": captures hold a part of the evidence only. */
function withoutFault(reports: readonly NodeReport[]): string {
  const checks = reports.flatMap((report) => report.checks)
  const reach = checks.find((check) => check.level === 'reach' && check.state === 'fail')
  if (reach) return reach.summary
  const count = (state: JudgedCheck['state']) =>
    new Set(checks.filter((check) => check.state === state).map((check) => check.id)).size
  const passed = count('pass')
  const unread = count('unknown')
  if (passed === 0) return 'Nothing in the captures could be judged'
  const nodes = `${reports.length} ${reports.length === 1 ? 'node' : 'nodes'}`
  return `No fault in what was captured: ${passed} checks pass on ${nodes}${unread > 0 ? `; ${unread} need evidence that is not in the captures` : ''}`
}

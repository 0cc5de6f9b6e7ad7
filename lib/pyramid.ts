import { CHECK_LEVELS, type CheckLevel, LEVELS, type LevelId, levelInfo, REQUIRED_LEVELS } from './levels'
import type { JudgedCheck, LevelReport, NodeReport } from './report'
import { joinAll, present, type ShownState, type State } from './verdict'

/** Levels that only a run can prove. */
const BY_RUN: readonly CheckLevel[] = ['rdma', 'nccl']

/** What the pyramid says of one node's judged checks. Pure. */
export interface Pyramid {
  levels: LevelReport[]
  state: NodeReport['state']
  firstBroken: LevelId | null
  provedUpTo: LevelId | null
}

/**
 * Builds the storeys. `running` are levels with an active run.
 * The node's own state joins the required levels' checks; `blocked` does not weigh there: what blocks it does (DESIGN §3).
 */
export function buildPyramid(checks: readonly JudgedCheck[], running: readonly LevelId[] = []): Pyramid {
  const levels = CHECK_LEVELS.map((id) =>
    levelReport(
      id,
      checks.filter((check) => check.level === id),
      running,
    ),
  )
  const required = checks.filter((check) => isRequired(check.level))
  const failed = new Set(required.flatMap((check) => (check.state === 'fail' ? [check.id] : [])))
  // Blocked is neutral because its blocker counts; where the blocker does not count, blocked is as good as unknown.
  const weight = (check: JudgedCheck): State =>
    check.state === 'blocked' && !check.blockedBy.some((id) => failed.has(id)) ? 'unknown' : check.state
  return {
    levels,
    state: nodeState(required.map(weight)),
    firstBroken:
      LEVELS.find((level) => checks.some((check) => check.level === level.id && check.state === 'fail'))?.id ?? null,
    provedUpTo: provedUpTo(levels),
  }
}

/** True for levels 1 to 7. */
export function isRequired(level: CheckLevel): boolean {
  return REQUIRED_LEVELS.some((id) => id === level)
}

/** A roll-up over nothing, over skips or over blocked checks alone is unknown, never green (P-03). */
function nodeState(states: readonly State[]): NodeReport['state'] {
  const worst = joinAll(states.filter((state) => state !== 'blocked'))
  return worst === 'none' || worst === 'skip' || worst === 'running' || worst === 'blocked' ? 'unknown' : worst
}

function levelReport(id: CheckLevel, checks: readonly JudgedCheck[], running: readonly LevelId[]): LevelReport {
  const counts: Partial<Record<State, number>> = {}
  for (const check of checks) counts[check.state] = (counts[check.state] ?? 0) + 1
  const active = running.some((level) => level === id)
  const state = joinAll([...checks.map((check) => check.state), ...(active ? ['running' as const] : [])])
  const shown = present(state, BY_RUN.includes(id) ? 'by-run' : 'by-evidence')
  const { number, title } = levelInfo(id)
  const blockedBy = [...new Set(checks.flatMap((check) => check.blockedBy))]
  return { id, number, title, state, shown, counts, line: lineOf(shown, checks, counts), blockedBy }
}

function lineOf(shown: ShownState, checks: readonly JudgedCheck[], counts: Partial<Record<State, number>>): string {
  const judged = checks.length - (counts.skip ?? 0)
  const of = (state: State) => counts[state] ?? 0
  switch (shown) {
    case 'pass':
      return `${of('pass')} of ${judged} checks OK`
    case 'warn':
      return `${of('warn')} ${of('warn') === 1 ? 'warning' : 'warnings'}, ${of('pass')} OK`
    case 'fail':
      return `${of('fail')} of ${judged} checks failed`
    case 'unknown':
      return judged === 0 ? 'Nothing was read' : `${of('unknown')} of ${judged} checks unknown`
    case 'blocked':
      return `${of('blocked')} of ${judged} checks wait for what is broken below`
    case 'running':
      return 'A run is under way'
    case 'not-proved':
      return 'No run has shown it yet'
    default:
      return 'Nothing here applies to this node'
  }
}

function provedUpTo(levels: readonly LevelReport[]): LevelId | null {
  let proved: LevelId | null = null
  for (const id of REQUIRED_LEVELS) {
    const shown = levels.find((level) => level.id === id)?.shown
    if (shown !== 'pass' && shown !== 'warn' && shown !== 'not-applicable') break
    if (shown !== 'not-applicable') proved = id
  }
  return proved
}

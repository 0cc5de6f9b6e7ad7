import type { Cause, JudgedVerdict } from '@/lib/cause'
import type { AnyCheck, Context } from '@/lib/check'
import { LEVELS, type LevelId, levelInfo } from '@/lib/levels'
import { buildPyramid } from '@/lib/pyramid'
import type { JudgedCheck, NodeReport } from '@/lib/report'
import { computeBlocking } from './blocking'
import type { Evaluated } from './evaluate'
import { type FactTable, readValues } from './fact-state'
import { findCauses } from './find-causes'
import { ageSec, ageWords } from './freshness'
import { demotedBy, type ProvingRun } from './proof'

/** A check and its answer: own (node scope) or handed down from the cluster. */
export interface Answered {
  check: AnyCheck
  answer: Evaluated
}

export interface JudgeInput {
  node: string
  context: Context
  /** Node-scope facts; also what causes look at. */
  facts: FactTable
  /** All checks with their answers. */
  answered: readonly Answered[]
  causes: readonly Cause[]
  now: string | null
  /** Seconds a fact may be old, by fact id; missing: for ever. */
  budgets: Readonly<Record<string, number>>
  /** State and start of each check as last stored. */
  previous: Readonly<Record<string, { state: JudgedCheck['state']; since: string }>>
  running: readonly LevelId[]
  /** The newest fresh run that shows NCCL over InfiniBand or RoCE at the expected bandwidth on this node. */
  proof: ProvingRun | null
  /** Everything shown is from before the last start and was not read again yet. */
  stale: boolean
}

/** Facts and answers in, the node's report out. Pure: same input, same report. */
export function judgeNode(input: JudgeInput): Omit<NodeReport, 'revision'> {
  const aged = input.answered.map(({ check, answer }) => ({ check, answer, stale: staleness(check, input) }))
  const blocking = computeBlocking(
    aged.map(({ check, answer, stale }) => ({
      id: check.id,
      after: check.after,
      state: stale && answer.state !== 'skip' ? 'unknown' : answer.state,
    })),
  )
  const titles = new Map(aged.map(({ check }) => [check.id, check.title.fail]))
  const checks = aged.map((one) => {
    const blockedBy = blocking.blockedBy.get(one.check.id) ?? []
    const below = blocking.contradicts.get(one.check.id) ?? []
    return demotedBy(input.proof, judged(one, blockedBy, below, titles, input))
  })
  const verdicts = Object.fromEntries(checks.map((check) => [check.id, asVerdict(check)]))
  const causes = findCauses(input.causes, {
    node: input.node,
    profile: input.context.profile,
    verdicts,
    facts: readValues(input.facts),
  })
  const pyramid = buildPyramid(checks, input.running)
  return {
    node: input.node,
    ...pyramid,
    headline: headlineOf(pyramid, checks, causes, input),
    checks,
    causes,
    profile: input.context.profile?.id ?? null,
    bootId: null,
    readAt: newest(checks),
    stale: input.stale,
  }
}

function staleness(check: AnyCheck, input: JudgeInput): string | null {
  if (input.now === null) return null
  for (const id of restsOn(check, input.facts)) {
    const budget = input.budgets[id]
    const fact = input.facts[id]
    if (budget === undefined || fact === undefined || fact.at === null) continue
    const age = ageSec(fact.at, input.now)
    if (age > budget) return `${id} was read ${ageWords(age)} ago, more than ${ageWords(budget)}`
  }
  return null
}

/** Needs, and of `anyOf` what is there: a fresh one of them is enough. */
function restsOn(check: AnyCheck, facts: FactTable): readonly string[] {
  const any = (check.anyOf ?? []).filter((id) => facts[id]?.status === 'ok')
  const freshest = any.reduce<string | null>(
    (best, id) => (best === null || (facts[id]?.at ?? '') > (facts[best]?.at ?? '') ? id : best),
    null,
  )
  return freshest === null ? check.needs : [...check.needs, freshest]
}

function judged(
  one: { check: AnyCheck; answer: Evaluated; stale: string | null },
  blockedBy: readonly string[],
  below: readonly string[],
  titles: ReadonlyMap<string, string>,
  input: JudgeInput,
): JudgedCheck {
  const { check, answer } = one
  const verdict = answer.verdict
  const isStale = one.stale !== null && answer.state !== 'skip'
  const state: JudgedCheck['state'] = blockedBy.length > 0 ? 'blocked' : isStale ? 'unknown' : answer.state
  const own = verdict?.summary ?? answer.why
  const names = (ids: readonly string[]) => ids.map((id) => titles.get(id) ?? id).join(', ')
  const summary =
    state === 'blocked'
      ? `Blocked by “${names(blockedBy)}”. Seen here: ${own}`
      : isStale
        ? `Stale: ${one.stale}. Last known: ${own}`
        : own
  const before = input.previous[check.id]
  return {
    id: check.id,
    level: check.level,
    scope: check.scope ?? 'node',
    title: state === 'pass' || state === 'skip' ? check.title.pass : check.title.fail,
    state,
    summary,
    findings: verdict?.findings ?? [],
    evidence: verdict?.evidence ?? [],
    fix: answer.fix,
    ...(verdict?.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict?.params === undefined ? {} : { params: verdict.params }),
    blockedBy,
    ...(below.length === 0
      ? {}
      : {
          contradiction: `Passes although “${names(below)}” failed: what it rests on, or the rule, deserves a second look.`,
        }),
    stale: isStale || input.stale,
    reads: answer.reads,
    since: before && before.state === state ? before.since : input.now,
  }
}

function asVerdict(check: JudgedCheck): JudgedVerdict {
  return {
    check: check.id,
    level: check.level,
    status: check.state,
    summary: check.summary,
    findings: check.findings,
    reason: check.reason,
    params: check.params,
    evidence: check.evidence,
    fix: check.fix,
  }
}

function newest(checks: readonly JudgedCheck[]): string | null {
  let latest: string | null = null
  for (const check of checks) {
    for (const read of check.reads)
      if (read.via === 'node' && read.at !== null && (latest === null || read.at > latest)) latest = read.at
  }
  return latest
}

function headlineOf(
  pyramid: { state: NodeReport['state']; firstBroken: LevelId | null; provedUpTo: LevelId | null },
  checks: readonly JudgedCheck[],
  causes: NodeReport['causes'],
  input: JudgeInput,
): string {
  if (pyramid.firstBroken !== null) {
    const failed = checks.filter((check) => check.level === pyramid.firstBroken && check.state === 'fail')
    const explained = causes.find((cause) => failed.some((check) => cause.explains.includes(check.id)))
    return explained?.summary ?? failed[0]?.summary ?? ''
  }
  const reach = checks.find((check) => check.level === 'reach' && check.state === 'fail')
  if (reach) return reach.summary
  if (pyramid.state === 'unknown') {
    const unknown = checks.find((check) => check.state === 'unknown' && check.level !== 'reach')
    return unknown ? `Not known yet: ${unknown.summary}` : 'Nothing has been read yet'
  }
  const warned = causes[0]?.summary ?? checks.find((check) => check.state === 'warn')?.summary
  if (pyramid.state === 'warn' && warned) return warned
  const top = pyramid.provedUpTo ? levelInfo(pyramid.provedUpTo).title : LEVELS[0].title
  return input.proof ? `OK, proved by a run: ${input.proof.sentence}` : `OK up to ${top}; not proved by a run`
}

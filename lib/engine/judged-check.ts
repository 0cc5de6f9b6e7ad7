import type { AnyCheck } from '@/lib/check'
import type { JudgedCheck } from '@/lib/report'
import type { Evaluated } from './evaluate'
import { disproves, type ProvingRun, proofNote } from './proof'

/** A check and its answer: own (node scope) or handed down from the cluster. */
export interface Answered {
  check: AnyCheck
  answer: Evaluated
  /** Why the answer is only the last known one; null: it is of now. */
  stale: string | null
}

type Known = NonNullable<JudgedCheck['known']>

/** What was stored of a check last time. */
export type Previous = Pick<JudgedCheck, 'state' | 'since' | 'known'>

/** An answer with its history and what a run says of it, before blocking. */
export interface Weighed extends Answered {
  /** What counts for blocking: unknown when stale, a warning where a run disproves the failure. */
  effective: Evaluated['state']
  /** What the check itself last said; undefined: nothing yet. */
  known: Known | undefined
  disproved: boolean
}

/**
 * Lays an answer over what was known before. `since` of a state survives the time in which nothing could be seen: fail, unknown, fail
 * is one failure; fail, unknown, pass is a change, dated when it was seen.
 */
export function weigh(
  one: Answered,
  previous: Previous | undefined,
  now: string | null,
  proof: ProvingRun | null,
): Weighed {
  const { check, answer } = one
  // A skip that the engine itself said (nothing of the kind is there) rests on no value that could be old.
  const isStale = one.stale !== null && !(answer.state === 'skip' && answer.verdict === null)
  const own = isStale ? 'unknown' : answer.state
  const before = previous && lastKnown(previous)
  const known: Known | undefined =
    own === 'unknown' ? before : { state: own, since: before?.state === own ? before.since : now }
  const disproved = own === 'fail' && proof !== null && disproves(proof, check.level, known?.since ?? null)
  return { ...one, stale: isStale ? one.stale : null, effective: disproved ? 'warn' : own, known, disproved }
}

/** What the check itself last said. */
export function lastKnown({ state, since, known }: Previous): Known | undefined {
  if (known) return known
  return state === 'unknown' || state === 'blocked' ? undefined : { state, since }
}

export interface Surroundings {
  /** Failed checks this one waits for. */
  blockedBy: readonly string[]
  /** Failed checks it passes over. */
  contradicts: readonly string[]
  titles: ReadonlyMap<string, string>
  previous: Previous | undefined
  now: string | null
  proof: ProvingRun | null
  /** Everything shown is from before the last start. */
  unread: boolean
}

/** The check as it is shown. */
export function judgedCheck(one: Weighed, around: Surroundings): JudgedCheck {
  const { check, answer, known } = one
  const { verdict } = answer
  const state: JudgedCheck['state'] = around.blockedBy.length > 0 ? 'blocked' : one.effective
  const note = noteOf(one, around)
  return {
    id: check.id,
    level: check.level,
    scope: check.scope ?? 'node',
    title: state === 'pass' || state === 'skip' ? check.title.pass : check.title.fail,
    state,
    summary: summaryOf(one, state, around),
    findings: verdict?.findings ?? [],
    evidence: verdict?.evidence ?? [],
    fix: answer.fix,
    ...(verdict?.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict?.params === undefined ? {} : { params: verdict.params }),
    blockedBy: around.blockedBy,
    ...(note === null ? {} : { contradiction: note }),
    stale: one.stale !== null || around.unread,
    reads: answer.reads,
    since: sinceOf(one, state, around),
    ...(known && known.state !== state ? { known } : {}),
  }
}

function sinceOf(one: Weighed, state: JudgedCheck['state'], { previous, now }: Surroundings): string | null {
  if (state !== 'unknown' && state !== 'blocked') return one.known?.since ?? now
  return previous?.state === state ? previous.since : now
}

function summaryOf(one: Weighed, state: JudgedCheck['state'], { blockedBy, titles }: Surroundings): string {
  const own = one.answer.verdict?.summary ?? one.answer.why
  const seen = one.stale === null ? own : `Stale: ${one.stale}. Last known: ${own}`
  return state === 'blocked' ? `Blocked by “${named(blockedBy, titles)}”. Seen here: ${seen}` : seen
}

function noteOf({ disproved }: Weighed, { proof, contradicts, titles }: Surroundings): string | null {
  if (disproved && proof) return proofNote(proof)
  if (contradicts.length === 0) return null
  return `Passes although “${named(contradicts, titles)}” failed: what it rests on, or the rule, deserves a second look.`
}

function named(ids: readonly string[], titles: ReadonlyMap<string, string>): string {
  return ids.map((id) => titles.get(id) ?? id).join(', ')
}

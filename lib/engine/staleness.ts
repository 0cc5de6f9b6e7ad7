import type { AnyCheck } from '@/lib/check'
import type { FactState, FactTable } from './fact-state'
import { ageWords, factAgeSec, type Now } from './freshness'

/** Seconds a fact may be old, by its id; missing: for ever. */
export type Budgets = Readonly<Record<string, number>>

/** Facts at one moment, by id, and why each is past its time (null: it is not). */
export interface Aged {
  fact(id: string): FactState | undefined
  stale(id: string): string | null
}

/** How old a check's answer is. */
export interface Standing {
  /** Why the answer would only be the last known one; null: it is of now. */
  stale: string | null
  /** Wants that are too old to be used. */
  withheld: readonly string[]
}

/**
 * Sorts a check's facts by age. A stale need makes the whole answer stale: it is still computed, as the last known one. A stale want is
 * withheld instead: what rests on the fresh facts alone is of now, and taking a want away never makes a verdict better. Of `anyOf` the
 * fresh ones are enough; where none is fresh the answer is stale.
 */
export function standing(check: AnyCheck, facts: Aged): Standing {
  const present = (check.anyOf ?? []).filter((id) => facts.fact(id)?.status === 'ok')
  const isOld = present.length > 0 && present.every((id) => facts.stale(id) !== null)
  const resting: readonly string[] = isOld ? [...check.needs, ...present] : check.needs
  let stale: string | null = null
  for (const id of resting) stale ??= facts.stale(id)
  const withheld = (check.wants ?? []).filter((id) => facts.stale(id) !== null && !resting.includes(id))
  return { stale, withheld }
}

/** The facts a check is given: those it declared, without what is withheld. */
export function factsFor(check: AnyCheck, facts: Aged, withheld: readonly string[]): FactTable {
  const table: Record<string, FactState | undefined> = {}
  for (const id of [...check.needs, ...(check.wants ?? [])])
    table[id] = withheld.includes(id) ? withhold(facts.fact(id), facts.stale(id) ?? '') : facts.fact(id)
  return table
}

/** Why a fact is past its time; null: it is not, or was never read. */
export function staleWords(
  id: string,
  fact: FactState | undefined,
  budget: number | undefined,
  now: Now,
): string | null {
  if (fact === undefined || now.now === null) return null
  if (fact.status === 'ok' && fact.lost !== undefined) return `${id}: ${fact.lost}`
  const age = budget === undefined ? null : factAgeSec(fact, now)
  if (budget === undefined || age === null || age <= budget) return null
  // The time, not the age: words that change every minute would make a new report every minute.
  return `${id} was last read ${fact.at === null ? '' : `at ${fact.at}, `}more than ${ageWords(budget)} ago`
}

/** Steady time at which a fresh fact grows stale; null: never, or it is already. */
export function deadlineMs(fact: FactState | undefined, budget: number | undefined, now: Now): number | null {
  if (fact === undefined || budget === undefined || now.steadyMs === undefined) return null
  const age = factAgeSec(fact, now)
  if (age === null || age > budget || !Number.isFinite(budget)) return null
  return now.steadyMs + (budget - age) * 1000
}

function withhold(fact: FactState | undefined, reason: string): FactState | undefined {
  if (fact === undefined) return undefined
  const { at, seenMs, refs } = fact
  return { status: 'timeout', reason, at, refs, ...(seenMs === undefined ? {} : { seenMs }) }
}

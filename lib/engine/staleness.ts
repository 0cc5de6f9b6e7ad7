import type { AnyCheck } from '@/lib/check'
import type { FactState, FactTable } from './fact-state'
import { ageWords, factAgeSec, type Now } from './freshness'

/** Seconds a fact may be old, by its id; missing: for ever. */
export type Budgets = Readonly<Record<string, number>>

/** The facts a check may use now, and why its answer would be a last known one; null: it is of now. */
export interface Usable {
  facts: FactTable
  stale: string | null
  /** Names what was withheld: equal names and equal facts give an equal answer. */
  withheld: string
}

/**
 * Sorts a check's facts by age. A stale need makes the whole answer stale: it is still computed, as the last known one. A stale want is
 * withheld instead: what rests on the fresh facts alone is of now, and taking a want away never makes a verdict better. Of `anyOf` the
 * fresh ones are enough; where none is fresh the answer is stale.
 */
export function usable(check: AnyCheck, facts: FactTable, budgets: Budgets, now: Now): Usable {
  const why = (id: string) => staleWords(id, facts[id], budgets[id], now)
  const present = (check.anyOf ?? []).filter((id) => facts[id]?.status === 'ok')
  const isOld = present.length > 0 && present.every((id) => why(id) !== null)
  const kept = new Set<string>([...check.needs, ...(isOld ? present : [])])
  const stale = [...kept].map(why).find((words) => words !== null) ?? null
  const withheld = (check.wants ?? []).filter((id) => !kept.has(id) && why(id) !== null)
  if (withheld.length === 0) return { facts, stale, withheld: '' }
  const fresh: Record<string, FactState | undefined> = { ...facts }
  for (const id of withheld) fresh[id] = withhold(facts[id], why(id) ?? '')
  return { facts: fresh, stale, withheld: withheld.join(',') }
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

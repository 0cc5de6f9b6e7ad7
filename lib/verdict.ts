/**
 * The verdict algebra (DESIGN §3, P-01…P-04): a join-semilattice of level states with bottom `none`.
 * Commutative, associative, idempotent, monotone; `unknown` outranks everything but `fail`, so nothing can hide it.
 */

/** The state of a check or a level, worst last; `none` means nothing was judged. */
export const STATES = ['none', 'skip', 'pass', 'warn', 'running', 'blocked', 'unknown', 'fail'] as const
export type State = (typeof STATES)[number]

/** What a page shows: a level over nothing is unknown, one over skips only is not applicable, an unrun benchmark is not proved. */
export type ShownState = Exclude<State, 'none' | 'skip'> | 'not-applicable' | 'not-proved'

const RANK: Readonly<Record<State, number>> = Object.fromEntries(STATES.map((state, rank) => [state, rank])) as Record<
  State,
  number
>

/** The worse of two states. */
export function join(a: State, b: State): State {
  return RANK[a] >= RANK[b] ? a : b
}

/** The worst of many states; `none` for an empty list. */
export function joinAll(states: Iterable<State>): State {
  let worst: State = 'none'
  for (const state of states) worst = join(worst, state)
  return worst
}

/** True when `a` is strictly worse than `b`. */
export function worse(a: State, b: State): boolean {
  return RANK[a] > RANK[b]
}

/**
 * Presentation of a level's state (P-03): kept apart so that the algebra stays lawful.
 * @param provable `by-run` for levels 9 and 10: nothing judged there means "not proved", not "unknown".
 */
export function present(state: State, provable: 'by-evidence' | 'by-run'): ShownState {
  if (state === 'none') return provable === 'by-run' ? 'not-proved' : 'unknown'
  if (state === 'skip') return provable === 'by-run' ? 'not-proved' : 'not-applicable'
  return state
}

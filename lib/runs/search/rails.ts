import type { Book, Group } from './book'
import type { Findings } from './findings'
import { disjoint } from './matching'
import type { NextGroup, SearchStage, SearchState } from './state'

/** Pairs whose rails are run one by one; more suspects than this are no matter of one NIC. */
const MAX_SPLITS = 4

/** A pair whose rails are told apart. */
export interface Split {
  nodes: readonly string[]
  /** The suspect; null: either end may be it. */
  about: string | null
}

/** Which pairs are split: each suspect with a good partner, each bad path, and the only pair of a search over two nodes. */
export function splitsOf(findings: Findings): Split[] {
  const { suspects, paths, pairs, good, pool } = findings
  const byNode = suspects.flatMap(({ node, isAlone, bad }): Split[] => {
    const pair = isAlone ? undefined : bad.find((group) => group.nodes.every((each) => pool.includes(each)))
    return pair ? [{ nodes: pair.nodes, about: node }] : []
  })
  const ends = [...paths, ...(good.size === 0 && pool.length === 2 ? pairs.filter(isBad) : [])]
  const byPath = ends.filter((group) => group.nodes.every((each) => pool.includes(each)))
  return [...byNode, ...byPath.map((group): Split => ({ nodes: group.nodes, about: null }))].slice(0, MAX_SPLITS)
}

/** The next rails to run: one a split at a time, since a pair's GPUs run one thing. */
export function nextRails(
  state: SearchState,
  book: Book,
  findings: Findings,
): { stage: SearchStage; groups: readonly NextGroup[] } | null {
  if (state.rails.length < 2) return null
  const wanted = splitsOf(findings).flatMap(({ nodes, about }): NextGroup[] => {
    const rail = state.rails.find((each) => (book.find(nodes, each)?.status ?? 'open') === 'open')
    return rail === undefined ? [] : [{ stage: 'rails', nodes, rail, about }]
  })
  const groups = disjoint(wanted)
  return groups.length > 0 ? { stage: 'rails', groups } : null
}

/** Rails of a split that are slow or fail, worst first. */
export function badRails(state: SearchState, book: Book, nodes: readonly string[]): Group[] {
  return state.rails
    .flatMap((rail) => book.find(nodes, rail) ?? [])
    .filter(isBad)
    .sort((a, b) => (a.busbwGBps ?? 0) - (b.busbwGBps ?? 0))
}

function isBad(group: Group): boolean {
  return group.status === 'bad'
}

import { GRADES } from '@/lib/expected/nccl'
import { median } from '@/lib/expected/nccl-curve'
import { SLOW_SHARE, usualOf } from '@/lib/rules/node-groups'
import type { SearchRun, SearchState } from './state'

/** Repetitions of a group; the median decides, so two that agree are enough (nccl.md §5.7). */
const AGREE = 2
/** A run that said nothing is tried once more. */
const MAX_VOID = 2
/** Larger groups lose some bandwidth that pairs do not: only below this share of the pairs' they are slow (nccl.md §4.3). */
const SET_SHARE = GRADES.watch

/** What is known of one group of nodes. */
export interface Group {
  nodes: readonly string[]
  rail: string | null
  about: string | null
  runs: readonly SearchRun[]
  /** `open`: needs another run. `unknown`: its runs say nothing, or there is nothing to compare with. */
  status: 'good' | 'bad' | 'open' | 'unknown'
  /** Median of what was measured, GB/s. */
  busbwGBps: number | null
  /** Against what like groups reach. */
  usualGBps: number | null
}

export interface Book {
  groups: readonly Group[]
  find(nodes: readonly string[], rail?: string | null): Group | undefined
  /** How one result stands; null where there is nothing to compare with. */
  isBad(run: SearchRun): boolean | null
  usual(nodes: readonly string[], rail: string | null): number | null
  /** All pairs are alike, and none reaches what the hardware should. */
  isFlat: boolean
}

type Kind = 'alone' | 'pair' | 'set' | 'rail'

/** Sorts a search's results by group and judges each by like groups and by the floor. Pure. */
export function bookOf(state: SearchState): Book {
  const byKey = new Map<string, SearchRun[]>()
  for (const run of state.runs) {
    const key = keyOf(run.nodes, run.rail)
    byKey.set(key, [...(byKey.get(key) ?? []), run])
  }
  const measured = [...byKey.values()].flatMap((runs) => {
    const [first] = runs
    return first ? [{ nodes: first.nodes, like: likeOf(first), rail: first.rail, busbwGBps: middleOf(runs) }] : []
  })
  const usuals = new Map<string, number | null>()
  const usual = (nodes: readonly string[], rail: string | null): number | null => {
    const like = likeOf({ nodes, rail })
    const known = usuals.get(like)
    if (known !== undefined) return known
    const alike = measured.filter(
      (one) => one.like === like && (rail !== null) === (one.rail !== null) && one.nodes.length <= 2,
    )
    const value = usualOf(
      alike.map(({ nodes: members, rail: name, busbwGBps }) => ({
        nodes: name === null ? members : [name],
        busbwGBps,
      })),
    )
    usuals.set(like, value)
    return value
  }
  const best = new Map<Kind, number>()
  const failed = new Set<string>()
  for (const run of state.runs) {
    const kind = kindOf(run.nodes, run.rail)
    best.set(kind, Math.max(best.get(kind) ?? 0, run.busbwGBps ?? 0))
    if (run.outcome === 'failed') failed.add(likeOf(run))
  }
  const isBad = (run: SearchRun): boolean | null => {
    if (run.outcome === 'failed') return true
    if (run.outcome !== 'measured' || run.busbwGBps === null) return null
    const kind = kindOf(run.nodes, run.rail)
    const like = usual(run.nodes, run.rail)
    const floor = state.floors[kind]
    const isSlow = like !== null && run.busbwGBps < like * (kind === 'set' ? SET_SHARE : SLOW_SHARE)
    // A floor that nobody reaches tells no node from another.
    const isLow = floor !== null && run.busbwGBps < floor && (like === null || (best.get(kind) ?? 0) >= floor)
    // With nothing to compare bandwidths with, it still tells those that finish from those that fail.
    const isComparable = like !== null || floor !== null || failed.has(likeOf(run))
    return isComparable ? isSlow || isLow : null
  }
  const groups = [...byKey.values()].flatMap((runs): Group[] => {
    const [first] = runs
    if (!first) return []
    const { nodes, rail, about } = first
    const busbwGBps = middleOf(runs)
    return [{ nodes, rail, about, runs, status: statusOf(runs, isBad), busbwGBps, usualGBps: usual(nodes, rail) }]
  })
  const pairs = groups.filter((group) => group.rail === null && group.nodes.length === 2)
  const { pair: floor } = state.floors
  return {
    groups,
    find: (nodes, rail = null) => groups.find((group) => keyOf(group.nodes, group.rail) === keyOf(nodes, rail)),
    isBad,
    usual,
    isFlat:
      floor !== null &&
      pairs.some((group) => group.status === 'good' && usual(group.nodes, null) !== null) &&
      (best.get('pair') ?? 0) < floor,
  }
}

function statusOf(runs: readonly SearchRun[], isBad: Book['isBad']): Group['status'] {
  const said = runs.filter((run) => run.outcome === 'measured' || run.outcome === 'failed')
  const answers = said.map(isBad)
  const bad = answers.filter((answer) => answer === true).length
  const good = answers.filter((answer) => answer === false).length
  const [first] = runs
  // Pairs are where nodes are told apart; a node alone, or a rail, that is good once needs no second look.
  const isOnce = first !== undefined && (first.nodes.length === 1 || first.rail !== null) && bad === 0
  if (bad >= AGREE) return 'bad'
  if (good >= (isOnce ? 1 : AGREE)) return 'good'
  if (said.length > good + bad && said.length >= AGREE) return 'unknown'
  return runs.filter((run) => run.outcome === 'void').length >= MAX_VOID ? 'unknown' : 'open'
}

/** Median of what was measured; null when nothing was. */
function middleOf(runs: readonly SearchRun[]): number | null {
  const values = runs.flatMap((run) => (run.busbwGBps === null || run.outcome !== 'measured' ? [] : [run.busbwGBps]))
  return values.length > 0 ? median(values) : null
}

function kindOf(nodes: readonly string[], rail: string | null): Kind {
  if (rail !== null) return 'rail'
  return nodes.length === 1 ? 'alone' : nodes.length === 2 ? 'pair' : 'set'
}

/** What a group is compared with: rails with those of the same pair; a ring over many nodes with pairs (nccl.md §4.1). */
function likeOf({ nodes, rail }: Pick<Group, 'nodes' | 'rail'>): string {
  if (rail !== null) return keyOf(nodes, null)
  return nodes.length === 1 ? 'alone' : 'pair'
}

function keyOf(nodes: readonly string[], rail: string | null): string {
  return JSON.stringify([[...nodes].sort(), rail])
}

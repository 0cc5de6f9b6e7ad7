import { type Book, bookOf, type Group } from './book'
import { type Findings, findingsOf, PROOF_PARTNERS } from './findings'
import { nextSets, type SetsFound } from './halves'
import { disjoint, match } from './matching'
import { nextRails } from './rails'
import { costOf, type NextGroup, type SearchStage, type SearchState, spentBy } from './state'

/** All that a verdict is worded from. */
export interface Conclusion {
  book: Book
  findings: Findings
  sets: SetsFound
  /** Why it ended before every question was answered; null: nothing was left to ask. */
  stopped: string | null
}

export type NextStep = { stage: SearchStage; groups: readonly NextGroup[] } | { conclusion: Conclusion }

/** Different partners that are tried for nodes of which no pair is good. */
const MAX_BLIND = 3

/**
 * What a search does next, from its results so far (nccl.md §5.7): every node alone; disjoint pairs; members of bad pairs with partners
 * that are good; where all pairs are good their neighbours, all together, and halves; then the rails of the bad pair. Groups of a step
 * share no node. Deterministic; ends, because every group is run a bounded number of times. Nothing may be running.
 * @param hurry why no further run may be started (deadline, cancelled); null: go on
 */
export function nextStep(state: SearchState, hurry: string | null = null): NextStep {
  const book = bookOf(state)
  const findings = findingsOf(state, book)
  const isFound = findings.suspects.length > 0 || findings.paths.length > 0
  const isClean = !isFound && findings.bad.length === 0
  const sets = isClean && !book.isFlat ? nextSets(book, findings.pool) : NO_SETS
  const wanted =
    findAlone(state, book) ??
    findPairs(book, findings) ??
    findPartners(book, findings) ??
    (isClean ? findNeighbours(book, findings) : null) ??
    (isClean && book.isFlat ? findOthers(book, findings, 'cross') : null) ??
    sets.wanted ??
    nextRails(state, book, findings)
  if (wanted === null) return { conclusion: { book, findings, sets, stopped: null } }
  const affordable = afford(state, wanted.groups)
  const stopped =
    hurry ??
    (affordable.length === 0
      ? `The next step would cost more than the ${state.gpuMinutesMax} GPU-minutes that were confirmed`
      : null)
  return stopped === null
    ? { stage: wanted.stage, groups: affordable }
    : { conclusion: { book, findings, sets, stopped } }
}

const NO_SETS: SetsFound = { wanted: null, whole: null, smallest: null }

type Wanted = { stage: SearchStage; groups: readonly NextGroup[] } | null

/** As many groups, in order, as the budget allows if each takes as long as it may. */
function afford(state: SearchState, groups: readonly NextGroup[]): NextGroup[] {
  let left = state.gpuMinutesMax - spentBy(state)
  return groups.filter((group) => {
    const cost = costOf(state, group.nodes.length)
    if (cost > left) return false
    left -= cost
    return true
  })
}

function step(stage: SearchStage, groups: readonly (readonly string[])[]): Wanted {
  const chosen = disjoint(groups.map((nodes): NextGroup => ({ stage, nodes, rail: null, about: null })))
  return chosen.length > 0 ? { stage, groups: chosen } : null
}

function findAlone(state: SearchState, book: Book): Wanted {
  const out = new Set(state.leftOut.map((each) => each.node))
  const isOpen = (node: string) => (book.find([node])?.status ?? 'open') === 'open'
  return step(
    'alone',
    state.nodes.filter((node) => !out.has(node) && isOpen(node)).map((node) => [node]),
  )
}

/** Every node of the pool in a pair: begun pairs first, then disjoint ones, last an odd node with a good one. */
function findPairs(book: Book, findings: Findings): Wanted {
  const { pool, pairs, good } = findings
  const open = openPairs(findings)
  const says = (group: Group) => (group.status === 'unknown' ? group.busbwGBps !== null : group.status !== 'open')
  const covered = new Set([...pairs.filter(says), ...open].flatMap((group) => group.nodes))
  const { pairs: fresh, odd } = match(
    pool.filter((node) => !covered.has(node)),
    isUntried(book),
  )
  const stage = pairs.length === 0 ? 'pairs' : stageOf(open)
  const begun = step(stage ?? 'pairs', [...open.map((group) => group.nodes), ...fresh])
  if (begun !== null) return begun
  const partnered = odd.flatMap((node) => {
    const others = pool.filter((other) => other !== node && isUntried(book)(node, other))
    const partner = others.find((other) => good.has(other)) ?? others[0]
    return partner === undefined ? [] : [[node, partner]]
  })
  return step('pairs', partnered)
}

/** Pairs of the pool that need another run. */
function openPairs({ pairs, pool }: Findings): Group[] {
  return pairs.filter((group) => group.status === 'open' && group.nodes.every((node) => pool.includes(node)))
}

/** Another run of a pair belongs to the stage that asked for the first. */
function stageOf(open: readonly Group[]): SearchStage | null {
  return open[0]?.runs[0]?.stage ?? null
}

function isUntried(book: Book): (one: string, other: string) => boolean {
  return (one, other) => book.find([one, other]) === undefined
}

/** Members of bad pairs with good partners, until each is good with somebody or bad with two. */
function findPartners(book: Book, findings: Findings): Wanted {
  const { bad, good, pool, pairs } = findings
  if (bad.length === 0) return null
  const goodInPool = pool.filter((node) => good.has(node))
  if (goodInPool.length === 0) return findOthers(book, findings, 'partners')
  const uses = new Map<string, number>()
  for (const node of goodInPool) uses.set(node, pairs.filter((group) => group.nodes.includes(node)).length)
  const taken = new Set<string>()
  const wanted = bad.flatMap((node) => {
    const against = findings.suspects.find((suspect) => suspect.node === node)?.bad.length ?? 0
    if (against >= PROOF_PARTNERS) return []
    const [partner] = goodInPool
      .filter((other) => !taken.has(other) && isUntried(book)(node, other))
      .sort((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0))
    if (partner === undefined) return []
    taken.add(partner)
    return [[node, partner]]
  })
  return step('partners', wanted)
}

/** Nobody is known to be good, or every pair is alike and slow: other partners, a few times. */
function findOthers(book: Book, { pool, pairs }: Findings, stage: SearchStage): Wanted {
  const tried = (node: string) => pairs.filter((group) => group.nodes.includes(node)).length
  const again = match(
    pool.filter((node) => tried(node) < MAX_BLIND),
    isUntried(book),
  )
  return step(stage, again.pairs)
}

/** All pairs are good: their neighbours, so that every link of a ring in this order is tried. */
function findNeighbours(book: Book, { pool }: Findings): Wanted {
  if (pool.length < 3) return null
  const ring = pool.map((node, at) => [node, pool[(at + 1) % pool.length] ?? node])
  return step(
    'cross',
    ring.filter(([one = '', other = '']) => one !== other && isUntried(book)(one, other)),
  )
}

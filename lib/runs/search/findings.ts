import type { Book, Group } from './book'
import type { SearchState } from './state'

/** A node that groups speak against. */
export interface Suspicion {
  node: string
  strength: 'proved' | 'likely'
  /** It is slow or fails by itself. */
  isAlone: boolean
  /** Its bad groups with partners that are good without it, or it alone. */
  bad: readonly Group[]
}

/** What results say so far; everything that decides the next step is read from here. */
export interface Findings {
  /** Nodes that are good alone, or about whom running alone says nothing. */
  pool: readonly string[]
  /** Nodes whose runs alone never said anything. */
  untested: readonly string[]
  /** Bad alone. */
  alone: readonly Group[]
  /** Pairs of the pool. */
  pairs: readonly Group[]
  /** In a good pair. */
  good: ReadonlySet<string>
  /** In bad pairs only. */
  bad: readonly string[]
  suspects: readonly Suspicion[]
  /** Bad pairs of nodes that are each good with somebody else: what lies between them. */
  paths: readonly Group[]
}

/** Bad with so many different good partners, a node is proved (nccl.md §5.7). */
export const PROOF_PARTNERS = 2

export function findingsOf(state: SearchState, book: Book): Findings {
  const out = new Set(state.leftOut.map((each) => each.node))
  const nodes = state.nodes.filter((node) => !out.has(node))
  const alone = nodes.flatMap((node) => book.find([node]) ?? [])
  const badAlone = alone.filter((group) => group.status === 'bad')
  const silent = alone.filter((group) => group.status === 'unknown' && group.busbwGBps === null)
  const excluded = new Set([...badAlone, ...silent].flatMap((group) => group.nodes))
  const pool = nodes.filter((node) => !excluded.has(node))
  const everyPair = book.groups.filter((group) => group.rail === null && group.nodes.length === 2)
  const good = new Set(everyPair.filter((group) => group.status === 'good').flatMap((group) => group.nodes))
  const bad = everyPair.filter((group) => group.status === 'bad')
  // Results of a node that had to leave count; a node that is bad alone spoils its pairs and says nothing of partners.
  const pairs = everyPair.filter((group) => !badAlone.some((one) => group.nodes.includes(one.nodes[0] ?? '')))
  const badOnly = [...new Set(bad.flatMap((group) => group.nodes))].filter((node) => !good.has(node))
  const suspects: Suspicion[] = [
    ...badAlone.map((group): Suspicion => {
      const [node = ''] = group.nodes
      // Slow against a model only: stated assumptions, no proof.
      const isSure = group.usualGBps !== null || group.busbwGBps === null
      return { node, strength: isSure ? 'proved' : 'likely', isAlone: true, bad: [group] }
    }),
    ...state.nodes.flatMap((node): Suspicion[] => {
      if (!badOnly.includes(node) || excluded.has(node)) return []
      const against = bad.filter(
        (group) => group.nodes.includes(node) && group.nodes.every((other) => other === node || good.has(other)),
      )
      if (against.length === 0) return []
      return [{ node, strength: against.length >= PROOF_PARTNERS ? 'proved' : 'likely', isAlone: false, bad: against }]
    }),
  ]
  return {
    pool,
    untested: silent.flatMap((group) => group.nodes),
    alone: badAlone,
    pairs,
    good,
    bad: badOnly.filter((node) => pool.includes(node)),
    suspects,
    paths: bad.filter((group) => group.nodes.every((node) => good.has(node))),
  }
}

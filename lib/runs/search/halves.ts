import type { Book, Group } from './book'
import type { NextGroup, SearchStage } from './state'

/** What running many nodes together showed. */
export interface SetsFound {
  wanted: { stage: SearchStage; groups: readonly NextGroup[] } | null
  whole: Group | null
  /** The smallest group that is bad although its parts are good. */
  smallest: Group | null
}

/**
 * All pairs are good: everybody together; when that is bad, halves of what is bad, until both halves are good. That is how a fault is
 * cornered which only shows under load (nccl.md §5.7 d).
 */
export function nextSets(book: Book, pool: readonly string[]): SetsFound {
  if (pool.length < 3) return { wanted: null, whole: null, smallest: null }
  const whole = book.find(pool) ?? null
  if (isOpen(whole)) return { wanted: { stage: 'whole', groups: [setOf('whole', pool)] }, whole, smallest: null }
  let smallest = whole?.status === 'bad' ? whole : null
  while (smallest !== null && smallest.nodes.length > 3) {
    const half = Math.ceil(smallest.nodes.length / 2)
    const halves = [smallest.nodes.slice(0, half), smallest.nodes.slice(half)].filter((nodes) => nodes.length > 1)
    const open = halves.filter((nodes) => isOpen(book.find(nodes) ?? null))
    if (open.length > 0)
      return { wanted: { stage: 'halves', groups: open.map((nodes) => setOf('halves', nodes)) }, whole, smallest }
    const bad = halves.flatMap((nodes) => book.find(nodes) ?? []).find((group) => group.status === 'bad')
    if (!bad) break
    smallest = bad
  }
  return { wanted: null, whole, smallest }
}

function isOpen(group: Group | null): boolean {
  return group === null || group.status === 'open'
}

function setOf(stage: SearchStage, nodes: readonly string[]): NextGroup {
  return { stage, nodes, rail: null, about: null }
}

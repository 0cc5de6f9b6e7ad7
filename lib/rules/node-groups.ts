import { median } from '@/lib/expected/nccl-curve'

/** Share of what like groups usually reach below which a group is slow (nccl.md §4.5, §5.7). */
export const SLOW_SHARE = 0.9

/** Members that ran together and what they reached, GB/s; null: nothing was measured. */
export interface Measured {
  nodes: readonly string[]
  busbwGBps: number | null
}

/**
 * What like groups usually reach: the median over members of the best group each took part in. A bad node that is tested again and
 * again therefore weighs once; the median over groups would sink to its pace. Null with fewer than three members.
 */
export function usualOf(groups: readonly Measured[]): number | null {
  const best = new Map<string, number>()
  for (const { nodes, busbwGBps } of groups) {
    if (busbwGBps === null) continue
    for (const node of nodes) best.set(node, Math.max(best.get(node) ?? 0, busbwGBps))
  }
  return best.size >= 3 ? median([...best.values()]) : null
}

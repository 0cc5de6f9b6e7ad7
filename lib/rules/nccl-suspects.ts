import type { NcclPairs, NodeGroup } from '@/collectors/run/nccl-pairs/collector'
import type { Finding } from '@/lib/check'
import { median } from '@/lib/expected/nccl-curve'
import { gbps } from './nccl-run'

/** Share of the median of like groups below which a group is slow (nccl.md §4.5, §5.7). */
const SLOW = 0.9

/** A node that group runs speak against. */
export interface SuspectNode {
  node: string
  /** `proved`: bad with two partners that are good without it. `likely`: bad with one such partner, and never good. */
  strength: 'proved' | 'likely'
  bad: readonly NodeGroup[]
  medianGBps: number | null
}

/** Names the nodes that are bad with partners which are good elsewhere (nccl.md §5.7: suspect × known good). */
export function suspectNodes(pairs: NcclPairs): SuspectNode[] {
  const judged = judge(pairs.groups)
  const good = new Set(judged.filter((group) => !group.bad).flatMap((group) => group.nodes))
  const nodes = new Set(judged.filter((group) => group.bad).flatMap((group) => group.nodes))
  return [...nodes].sort().flatMap((node): SuspectNode[] => {
    if (good.has(node)) return []
    const bad = judged.filter(
      (group) =>
        group.bad && group.nodes.includes(node) && group.nodes.every((other) => other === node || good.has(other)),
    )
    if (bad.length === 0) return []
    const { medianGBps = null } = bad[0] ?? {}
    return [{ node, strength: bad.length > 1 ? 'proved' : 'likely', bad, medianGBps }]
  })
}

/** What speaks against a node: its bad runs and what like runs reach. */
export function suspectFinding({ node, strength, bad, medianGBps }: SuspectNode): Finding {
  const runs = bad.map(
    ({ nodes, busbwGBps, failed }) =>
      `${nodes.join(' + ')} ${failed || busbwGBps === null ? 'failed' : gbps(busbwGBps)}`,
  )
  return {
    subject: node,
    status: strength === 'proved' ? 'fail' : 'warn',
    summary: `${node}: ${runs.join(', ')}${medianGBps === null ? '' : `, median of like runs ${gbps(medianGBps)}`}`,
  }
}

/** Groups that are bad although none of their nodes can be told from the others: both may be bad, or what lies between them. */
export function unexplainedGroups(pairs: NcclPairs): readonly NodeGroup[] {
  const suspects = new Set(suspectNodes(pairs).map((suspect) => suspect.node))
  return judge(pairs.groups).filter((group) => group.bad && !group.nodes.some((node) => suspects.has(node)))
}

interface JudgedGroup extends NodeGroup {
  bad: boolean
  medianGBps: number | null
}

/** Bad: failed, or below 0.9 of the median of groups of the same size (at least three of them). */
function judge(groups: readonly NodeGroup[]): JudgedGroup[] {
  return groups.map((group) => {
    const alike = groups.filter(
      (other) => other.nodes.length === group.nodes.length && other.busbwGBps !== null && !other.failed,
    )
    const values = alike.flatMap((other) => (other.busbwGBps === null ? [] : [other.busbwGBps]))
    const medianGBps = values.length >= 3 ? median(values) : null
    const slow = medianGBps !== null && group.busbwGBps !== null && group.busbwGBps < medianGBps * SLOW
    return { ...group, medianGBps, bad: group.failed || slow }
  })
}

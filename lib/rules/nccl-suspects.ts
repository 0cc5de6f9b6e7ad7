import type { NcclPairs, NodeGroup } from '@/collectors/run/nccl-pairs/collector'
import type { Finding } from '@/lib/check'
import { gbps } from './nccl-run'
import { SLOW_SHARE, usualOf } from './node-groups'

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

/** Bad: failed, or below 0.9 of what groups of the same size that ran the same usually reach. */
function judge(groups: readonly NodeGroup[]): JudgedGroup[] {
  const usual = new Map<string, number | null>()
  return groups.map((group) => {
    const key = likeOf(group)
    if (!usual.has(key)) usual.set(key, usualOf(groups.filter((other) => likeOf(other) === key && !other.failed)))
    const medianGBps = usual.get(key) ?? null
    const slow = medianGBps !== null && group.busbwGBps !== null && group.busbwGBps < medianGBps * SLOW_SHARE
    return { ...group, medianGBps, bad: group.failed || slow }
  })
}

/** Rings, trees and other collectives have other plateaus; so have other sizes. */
function likeOf({ nodes, test }: NodeGroup): string {
  return `${nodes.length} ${test}`
}

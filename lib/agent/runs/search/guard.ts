import type { Candidate } from '@/lib/runs/candidates'
import { objectName } from '@/lib/runs/manifest-input'
import type { SearchSetup } from '@/lib/runs/search/manifest'
import type { ClusterNow } from '../guards'

/**
 * The cluster without pods of runs that are over: they are gone, but a watch may still hold them for a moment.
 * @param runs ids of runs of ours
 */
export function withoutPodsOf(cluster: ClusterNow, namespace: string, runs: readonly string[]): ClusterNow {
  const names = runs.map((run) => `${objectName(run)}-`)
  const isOurs = (pod: { namespace: string; name: string }) =>
    pod.namespace === namespace && names.some((name) => pod.name.startsWith(name))
  return { ...cluster, pods: cluster.pods?.filter((pod) => !isOurs(pod)) ?? null }
}

/**
 * Nodes that a search may not use now, and why: somebody else's pods hold GPUs, the node is not schedulable, or it no longer offers the
 * confirmed rails. A node that the pyramid finds broken is still tested: the person who confirmed knew, or it broke under the test.
 * @returns a string when the cluster cannot be read: nothing is concluded then
 */
export function busyNodes(
  nodes: readonly string[],
  setup: Pick<SearchSetup, 'rails' | 'shared'>,
  cluster: ClusterNow,
  candidates: readonly Candidate[],
): { node: string; why: string }[] | string {
  if (cluster.nodes === null || cluster.pods === null)
    return 'Nodes and pods cannot be read now: it goes on when they can'
  const known = new Map(cluster.nodes.map((node) => [node.name, node]))
  // After a restart the fleet comes back piece by piece: what was not seen yet is not gone.
  if (!nodes.some((node) => known.has(node)) || nodes.some((node) => known.has(node) && !isJudged(node, candidates)))
    return 'The nodes are not all known again yet: it goes on when they are'
  const wanted = [...setup.rails.map((rail) => rail.resource), ...(setup.shared === null ? [] : [setup.shared])]
  return nodes.flatMap((node) => {
    const candidate = candidates.find((each) => each.node === node)
    const fact = known.get(node)
    if (!candidate || !fact) return [{ node, why: 'it is not in the cluster any more' }]
    if (!candidate.eligible && candidate.blockedLevel === null) return [{ node, why: candidate.reason }]
    const missing = wanted.find((name) => !((fact.resources.find((each) => each.name === name)?.allocatable ?? 0) > 0))
    return missing === undefined ? [] : [{ node, why: `it no longer offers ${missing}` }]
  })
}

function isJudged(node: string, candidates: readonly Candidate[]): boolean {
  return candidates.some((each) => each.node === node)
}

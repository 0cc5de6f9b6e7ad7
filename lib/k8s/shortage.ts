import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { naming } from './from-findings'
import { current } from './networks'
import { answers } from './resources'

/** What one node lacks of what a pod asks. */
export interface NodeShortage {
  node: NodeFact
  /** Cordoned, not answering, tainted; null when the node is open. Whether a taint is tolerated is not known. */
  shut: string | null
  /** Resources with nothing to give, whoever runs there. */
  down: readonly { resource: string; capacity: number | null }[]
  /** Resources that other pods hold. */
  used: readonly string[]
}

/** What each node lacks. Free = allocatable − requests of the pods on it (k8s-formats §0.9). */
export function shortages(
  requests: Readonly<Record<string, number>>,
  nodes: readonly NodeFact[],
  pods: readonly PodFact[],
): readonly NodeShortage[] {
  const asked = Object.entries(requests).filter(([name]) => name.includes('/'))
  const running = current(pods).filter((pod) => pod.node !== null)
  return nodes.map((node) => {
    const mine = running.filter((pod) => pod.node === node.name)
    const lacking = asked.flatMap(([resource, amount]) => {
      const offer = node.resources.find((each) => each.name === resource)
      const allocatable = offer?.allocatable ?? 0
      const held = mine.reduce((sum, pod) => sum + (pod.requests[resource] ?? 0), 0)
      if (allocatable - held >= amount) return []
      return [{ resource, capacity: offer?.capacity ?? null, down: allocatable < amount }]
    })
    return {
      node,
      shut: shutWords(node),
      down: lacking.filter((each) => each.down),
      used: lacking.filter((each) => !each.down).map((each) => each.resource),
    }
  })
}

function shutWords(node: NodeFact): string | null {
  if (answers(node) === false) return 'does not answer'
  if (node.unschedulable) return 'is cordoned'
  const taint = node.taints.find((each) => each.effect !== 'PreferNoSchedule')
  return taint === undefined ? null : `has the taint ${taint.key}${taint.value ? `=${taint.value}` : ''}`
}

/** All shortages in words, nodes with the same one together. */
export function shortageWords(all: readonly NodeShortage[]): string {
  const groups = new Map<string, string[]>()
  for (const each of all) {
    const words = wordsOf(each)
    if (words !== '') groups.set(words, [...(groups.get(words) ?? []), each.node.name])
  }
  return [...groups].map(([words, names]) => `${naming(names)}: ${words}`).join('; ')
}

function wordsOf({ shut, down, used }: NodeShortage): string {
  const lost = naming(
    down.map(
      ({ resource, capacity }) =>
        `${resource} ${capacity === null ? 'not offered' : `0 allocatable (capacity ${capacity})`}`,
    ),
    3,
  )
  const parts = [lost, used.length > 0 ? `${naming(used, 3)} in use` : '', shut ?? '']
  return parts.filter((each) => each !== '').join(', ')
}

import { readObjects } from '@/collectors/cluster/kubernetes/parse'
import { toCapture } from './capture'
import type { Explanation, Knowledge } from './explain'
import { fabricNodes } from './fabric-nodes'
import type { Gathered } from './together'

/** Facts of logs are the cluster's as well as a node's: which node wrote them is in the log itself. */
function isLogFact(id: string, knowledge: Knowledge): boolean {
  return knowledge.collectors.some((collector) => collector.id === id && collector.via === 'log')
}

/** Puts what several captures say side by side; later captures of the same kind win. */
export function gather(
  explanations: readonly Explanation[],
  knowledge: Knowledge,
): { facts: Gathered; isNode: (name: string) => boolean } {
  const objects: Gathered['objects'][number][] = []
  const lists: Gathered['lists'][number][] = []
  const nodeFacts = new Map<string, Record<string, unknown>>()
  const clusterFacts: Record<string, unknown> = {}
  for (const { answer, facts, text } of explanations) {
    if (answer.kind === 'k8s') {
      const read = readObjects(toCapture(text))
      objects.push(...read.objects)
      lists.push(...read.lists)
      continue
    }
    for (const [id, value] of Object.entries(facts.whole)) {
      if (isLogFact(id, knowledge)) clusterFacts[id] = value
      nodeFacts.set('', { ...nodeFacts.get(''), [id]: value })
    }
  }
  return { facts: { objects, lists, nodeFacts, clusterFacts }, isNode: fabricNodes(objects) }
}

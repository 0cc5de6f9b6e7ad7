import { kindOf, nodesOfObjects, type SeenKind } from '@/collectors/cluster/objects'
import type { KubeObject } from '@/lib/collector'
import { Model } from '@/lib/engine/model'
import type { NodeReport } from '@/lib/report'
import type { Knowledge } from './explain'
import { objectKey } from './object-key'

/** Everything read from several captures of one cluster. */
export interface Gathered {
  objects: readonly KubeObject[]
  /** Kinds that were listed, also where the list was empty. */
  lists: readonly SeenKind[]
  /** Facts read on nodes, by node name; `''`: a node nobody named. */
  nodeFacts: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** Facts over the whole cluster that are no Kubernetes collection (component logs). */
  clusterFacts: Readonly<Record<string, unknown>>
}

const UNNAMED = 'pasted'

/**
 * The same pyramid and causes a live cluster would show, from captures alone. No clock: nothing ages, and what was not captured is unknown.
 * @param isNode which Node objects are judged
 */
export function judgeTogether(
  gathered: Gathered,
  knowledge: Knowledge,
  isNode: (name: string) => boolean,
): NodeReport[] {
  const model = new Model(knowledge)
  for (const collector of knowledge.collectors) {
    if (collector.via !== 'kube') continue
    const { read } = collector
    const mine = gathered.objects.filter((object) => belongs(object, read))
    const listed = gathered.lists.some((list) => list.kind === read.kind && (list.group ?? read.group) === read.group)
    for (const [at, object] of mine.entries()) model.upsert(collector.id, objectKey(object, at), object)
    if (mine.length > 0 || listed) model.setCollection(collector.id, { status: 'ok', at: null })
    else model.setCollection(collector.id, { status: 'absent', reason: `no ${read.kind} in the captures`, at: null })
  }
  for (const [id, value] of Object.entries(gathered.clusterFacts))
    model.setClusterFact(id, { status: 'ok', value, at: null, refs: [] })
  const named = nodesOfObjects(gathered.objects, knowledge.collectors).filter(isNode)
  const nodes = [...new Set([...named, ...[...gathered.nodeFacts.keys()].filter((name) => name !== '')])]
  if (nodes.length === 0) nodes.push(UNNAMED)
  model.setNodes(nodes)
  for (const [name, facts] of gathered.nodeFacts) {
    const targets = name !== '' ? [name] : nodes.length === 1 ? nodes : []
    for (const node of targets)
      for (const [id, value] of Object.entries(facts))
        model.setNodeFact(node, id, { status: 'ok', value, at: null, refs: [] })
  }
  for (const node of nodes) withoutRuns(model, knowledge, node)
  return nodes.map((node, at) => ({
    ...model.judge(node, { now: null, previous: {}, running: [], proof: null, stale: false }),
    revision: at,
  }))
}

/** A benchmark that nobody ran proves nothing and breaks nothing. */
function withoutRuns(model: Model, knowledge: Knowledge, node: string): void {
  for (const collector of knowledge.collectors) {
    if (collector.via !== 'run' || model.nodeFact(node, collector.id)) continue
    const reason = 'no run in the captures'
    model.setNodeFact(node, collector.id, {
      status: 'absent',
      reason,
      at: null,
      refs: [{ id: `${collector.id}.run`, via: 'run', status: 'absent', at: null, reason }],
    })
  }
}

function belongs(object: KubeObject, read: { group: string; kind: string }): boolean {
  const { group, kind } = kindOf(object)
  return (
    kind === read.kind && (group === null || group === read.group || (group === 'events.k8s.io' && read.group === ''))
  )
}

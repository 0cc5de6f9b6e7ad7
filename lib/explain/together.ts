import { kindOf, nodesOfObjects, type SeenKind } from '@/collectors/cluster/objects'
import type { KubeObject } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import { type CollectionState, Model } from '@/lib/engine/model'
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
  /** Facts with their read states, as `cairn capture` wrote them: they outrank what other captures say. */
  captured?: readonly CapturedFacts[]
}

/** What `cairn capture` wrote of one node. */
export interface CapturedFacts {
  node: string
  facts: Readonly<Record<string, FactState>>
  /** Facts over the whole cluster, as they were when the node was captured. */
  cluster: Readonly<Record<string, FactState>>
}

/** The node of captures that name none, where there are several it could be. */
export const UNNAMED = 'pasted'

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
  const definitions = gathered.objects.filter((object) => object.kind === 'CustomResourceDefinition')
  for (const collector of knowledge.collectors) {
    if (collector.via !== 'kube') continue
    const { read } = collector
    const mine = gathered.objects.filter((object) => belongs(object, read))
    const listed = gathered.lists.some((list) => list.kind === read.kind && (list.group ?? read.group) === read.group)
    for (const [at, object] of mine.entries()) model.upsert(collector.id, objectKey(object, at), object)
    if (mine.length > 0 || listed) model.setCollection(collector.id, { status: 'ok', at: null })
    else model.setCollection(collector.id, notCaptured(read, definitions))
  }
  for (const [id, value] of Object.entries(gathered.clusterFacts))
    model.setClusterFact(id, { status: 'ok', value, at: null, refs: [] })
  const named = nodesOfObjects(gathered.objects, knowledge.collectors).filter(isNode)
  const captured = (gathered.captured ?? []).map((each) => each.node)
  const nodes = [...new Set([...named, ...[...gathered.nodeFacts.keys()].filter((name) => name !== ''), ...captured])]
  const unnamed = nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : UNNAMED
  if (nodes.length === 0 || (gathered.nodeFacts.has('') && unnamed === UNNAMED)) nodes.push(UNNAMED)
  model.setNodes(nodes)
  for (const [name, facts] of gathered.nodeFacts)
    for (const [id, value] of Object.entries(facts))
      model.setNodeFact(name || unnamed, id, { status: 'ok', value, at: null, refs: [] })
  for (const { node, facts, cluster } of gathered.captured ?? []) {
    for (const [id, state] of Object.entries(facts)) model.setNodeFact(node, id, state)
    for (const [id, state] of Object.entries(cluster)) model.setClusterFact(id, state)
  }
  for (const node of nodes) withoutRuns(model, knowledge, node)
  return nodes.map((node, at) => ({
    ...model.judge(node, { now: null, previous: {}, running: [], proof: null, stale: false }),
    revision: at,
  }))
}

/** Groups every API server has: a kind of theirs that is not in the captures was not asked for. */
const BUILT_IN = /^(?:|apps|batch|policy|events\.k8s\.io|(?:[a-z]+\.)*k8s\.io)$/

/**
 * A kind without objects in the captures is unknown: nobody asked for it, or there is none. Only where the captures hold the cluster's
 * definitions and the kind is not among them it is certain that there is none.
 */
function notCaptured(read: { group: string; kind: string }, definitions: readonly KubeObject[]): CollectionState {
  const custom = !BUILT_IN.test(read.group) || read.group.endsWith('nfd.k8s-sigs.io')
  const ofGroup = definitions.some((object) => object.metadata.name.endsWith(`.${read.group}`))
  if (custom && definitions.length > 0 && !ofGroup)
    return { status: 'absent', reason: `${read.kind} is not installed`, at: null }
  return { status: 'unreadable', reason: `no ${read.kind} in the captures`, at: null }
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

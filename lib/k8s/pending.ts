import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { hasLabels } from '@/collectors/cluster/selector'
import { distinct, naming } from './from-findings'
import { isFabric } from './resources'
import { readScheduling } from './scheduling'
import { type NodeShortage, shortages, shortageWords } from './shortage'
import { supplyOf, supplyWords } from './supply'

/** Why a pod does not start, with the resource that decides where it is one. */
export interface PendingReason {
  /** `fault`: nothing will start it as things are. `queue`: others hold what it needs. `held`: somebody holds it back on purpose. */
  kind: 'fault' | 'queue' | 'held'
  words: string
  /** Fabric resources that decide. */
  resources: readonly string[]
  /** Nodes that would take the pod but for a fault of their own; absent: it is not for single nodes that it waits. */
  nodes?: readonly string[]
}

/** Decodes an unscheduled pod: from its spec against the nodes where they are known, else from the scheduler's words. */
export function whyPending(pod: PodFact, nodes: readonly NodeFact[], pods: readonly PodFact[]): PendingReason {
  const scheduled = pod.conditions.find((each) => each.type === 'PodScheduled')
  if (pod.schedulingGates.length > 0 || scheduled?.reason === 'SchedulingGated')
    return {
      kind: 'held',
      words: `held by scheduling gate ${naming(pod.schedulingGates) || 'unnamed'}: never offered to the scheduler`,
      resources: [],
    }
  const message = scheduled?.message ?? ''
  const claim = /persistentvolumeclaim "[^"]+" not found/.exec(message)?.[0]
  if (claim) return { kind: 'fault', words: claim, resources: [] }
  return nodes.length === 0 ? fromMessage(message) : (fromSelector(pod, nodes) ?? fromSupply(pod, nodes, pods, message))
}

/** The scheduler's words alone: which resource is short where, never which taint as the cause when a resource is short. */
export function fromMessage(message: string): PendingReason {
  const { nodes, insufficient, others } = readScheduling(message)
  const short = insufficient.map(
    (each) => `${each.resource} on ${each.nodes}${nodes === null ? '' : ` of ${nodes}`} nodes`,
  )
  if (short.length > 0) {
    return {
      kind: 'fault',
      words: `not enough ${naming(short)}: offered by no node under this name, 0 allocatable, or all in use`,
      resources: insufficient.map((each) => each.resource).filter((each) => isFabric(each)),
    }
  }
  return { kind: 'fault', words: naming(others) || message || 'the scheduler gave no reason yet', resources: [] }
}

function fromSelector(pod: PodFact, nodes: readonly NodeFact[]): PendingReason | null {
  const keys = Object.keys(pod.nodeSelector)
  if (keys.length === 0) return null
  const matching = nodes.filter((node) => hasLabels(pod.nodeSelector, node))
  if (matching.length === 0) {
    const parts = Object.entries(pod.nodeSelector)
      .filter(([key, value]) => !nodes.some((node) => node.labels[key] === value))
      .map(
        ([key, value]) =>
          `${key}=${value} (nodes have ${naming(distinct(nodes.flatMap((node) => node.labels[key] ?? []))) || 'no such label'})`,
      )
    return {
      kind: 'fault',
      words: `its nodeSelector matches no node: ${parts.join(', ') || keys.join(', ')}`,
      resources: [],
    }
  }
  if (!matching.every((node) => node.unschedulable)) return null
  return {
    kind: 'fault',
    words: `its nodeSelector allows only ${naming(matching.map((node) => node.name))}, cordoned`,
    resources: [],
  }
}

function fromSupply(
  pod: PodFact,
  nodes: readonly NodeFact[],
  pods: readonly PodFact[],
  message: string,
): PendingReason {
  const candidates = nodes.filter((node) => hasLabels(pod.nodeSelector, node))
  const hopeless = Object.entries(pod.requests)
    .filter(([name]) => name.includes('/'))
    .map(([name, amount]) => ({ name, amount, supply: supplyOf(name, amount, candidates) }))
    .filter(({ supply }) => supply.kind !== 'offered')
  if (hopeless.length > 0) {
    const words = hopeless.map(({ name, amount, supply }) => supplyWords(name, amount, supply, nodes))
    return { kind: 'fault', words: naming(words), resources: fabricIn(hopeless.map((each) => each.name)) }
  }
  const all = shortages(pod.requests, candidates, pods)
  const useful = all.filter((each) =>
    Object.keys(pod.requests).some((name) => each.node.resources.some((one) => one.name === name)),
  )
  // A node that lacks nothing but a dead resource would take the pod: that resource is what keeps it waiting.
  const decisive = useful.filter((each) => each.used.length === 0 && each.down.length > 0)
  const resources = fabricIn([...new Set(decisive.flatMap((each) => each.down.map((one) => one.resource)))])
  const queueing = useful.some((each) => each.shut === null && each.down.length === 0 && each.used.length > 0)
  const used = fabricIn([...new Set(useful.flatMap((each) => each.used))])
  const words = shortageWords(useful) || naming(readScheduling(message).others) || 'the scheduler gave no reason yet'
  return queueing && resources.length === 0
    ? { kind: 'queue', words, resources: used }
    : { kind: 'fault', words, resources, ...(resources.length === 0 ? {} : { nodes: atFault(useful) }) }
}

/** Where something has nothing to give, whoever runs there. */
function atFault(all: readonly NodeShortage[]): readonly string[] {
  return all.filter((each) => each.down.length > 0).map((each) => each.node.name)
}

function fabricIn(names: readonly string[]): string[] {
  return names.filter((each) => isFabric(each))
}

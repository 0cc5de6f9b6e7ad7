import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { hasLabels } from '@/collectors/cluster/selector'
import { distinct, naming } from './from-findings'
import { answers, isFabric } from './resources'
import { readScheduling } from './scheduling'
import { type Supply, supplyOf, supplyWords } from './supply'

/** Why a pod does not start, with the resource that decides where it is one. */
export interface PendingReason {
  /** `fault`: nothing will start it as things are. `queue`: others hold what it needs. `held`: somebody holds it back on purpose. */
  kind: 'fault' | 'queue' | 'held'
  words: string
  /** Fabric resources that decide. */
  resources: readonly string[]
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
  const asked = Object.entries(pod.requests).filter(([name]) => name.includes('/'))
  const supplies = asked.map(([name, amount]) => ({ name, amount, supply: supplyOf(name, amount, candidates, pods) }))
  const say = (some: typeof supplies) =>
    some.map(({ name, amount, supply }) => supplyWords(name, amount, supply, nodes))
  const fabricIn = (some: typeof supplies) => some.map((each) => each.name).filter((each) => isFabric(each))
  const hopeless = supplies.filter(({ supply }) => supply.kind === 'not-offered' || supply.kind === 'too-many')
  if (hopeless.length > 0) return { kind: 'fault', words: naming(say(hopeless)), resources: fabricIn(hopeless) }
  const down = supplies.filter(({ supply }) => supply.kind === 'zero')
  const used = supplies.filter(({ supply }) => supply.kind === 'in-use')
  const shut = nodeWords(
    candidates,
    asked.map(([name]) => name),
  )
  if (down.length > 0)
    return { kind: 'fault', words: [...say(down), ...say(used), ...shut].join('; '), resources: fabricIn(down) }
  if (used.length > 0) return { kind: 'queue', words: [...say(used), ...shut].join('; '), resources: fabricIn(used) }
  const spread = supplies.filter(
    (each): each is { name: string; amount: number; supply: Extract<Supply, { kind: 'free' }> } =>
      each.supply.kind === 'free',
  )
  const together = candidates.filter((node) => spread.every((each) => each.supply.nodes.includes(node.name)))
  if (together.length === 0 && spread.length > 1)
    return {
      kind: 'fault',
      words: [`no node has all it asks at once: ${naming(say(supplies), 8)}`, ...shut].join('; '),
      resources: fabricIn(supplies),
    }
  const { others } = readScheduling(message)
  return {
    kind: 'fault',
    words: [`its resources are free on ${naming(together.map((node) => node.name))}`, ...others, ...shut].join('; '),
    resources: [],
  }
}

/** Nodes that are out for another reason than supply, of those that offer what is asked. */
function nodeWords(nodes: readonly NodeFact[], names: readonly string[]): string[] {
  const offering = nodes.filter((node) => node.resources.some((each) => names.includes(each.name)))
  const cordoned = offering.filter((node) => node.unschedulable).map((node) => node.name)
  const silent = offering.filter((node) => answers(node) === false).map((node) => node.name)
  const tainted = offering
    .filter((node) => !node.unschedulable && answers(node) !== false)
    .flatMap((node) =>
      node.taints
        .filter((taint) => taint.effect !== 'PreferNoSchedule')
        .map((taint) => `${node.name} (${taint.key}${taint.value ? `=${taint.value}` : ''})`),
    )
  return [
    ...(cordoned.length > 0 ? [`cordoned: ${naming(cordoned)}`] : []),
    ...(silent.length > 0 ? [`not answering: ${naming(silent)}`] : []),
    ...(tainted.length > 0 ? [`tainted, needs a toleration: ${naming(tainted)}`] : []),
  ]
}

import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { distinct, naming } from './from-findings'
import { current, podName } from './networks'
import { answers } from './resources'

/** How a resource stands to what a pod wants of it. `in-use` is a queue, everything else before it a fault. */
export type Supply =
  | { kind: 'not-offered' }
  | { kind: 'too-many'; most: number }
  | { kind: 'zero'; nodes: readonly string[]; capacity: number }
  | { kind: 'in-use'; holders: readonly string[] }
  | { kind: 'free'; nodes: readonly string[] }

/** Why a pod that wants `amount` of the resource finds none, over the nodes given. Free = allocatable − requests (k8s-formats §0.9). */
export function supplyOf(
  resource: string,
  amount: number,
  nodes: readonly NodeFact[],
  pods: readonly PodFact[],
): Supply {
  const offers = nodes.flatMap((node) => {
    const found = node.resources.find((each) => each.name === resource)
    return found === undefined ? [] : [{ node, allocatable: found.allocatable ?? 0, capacity: found.capacity ?? 0 }]
  })
  if (offers.length === 0) return { kind: 'not-offered' }
  const most = Math.max(...offers.map((each) => Math.max(each.allocatable, each.capacity)))
  if (amount > most && most > 0) return { kind: 'too-many', most }
  const holding = current(pods).filter((pod) => pod.node !== null && (pod.requests[resource] ?? 0) > 0)
  const free = offers.filter(({ node, allocatable }) => {
    const used = holding
      .filter((pod) => pod.node === node.name)
      .reduce((sum, pod) => sum + (pod.requests[resource] ?? 0), 0)
    return allocatable - used >= amount && answers(node) !== false && !node.unschedulable
  })
  if (free.length > 0) return { kind: 'free', nodes: free.map((each) => each.node.name) }
  const down = offers.filter((each) => each.allocatable === 0)
  if (down.length > 0)
    return {
      kind: 'zero',
      nodes: down.map((each) => each.node.name),
      capacity: Math.max(...down.map((each) => each.capacity)),
    }
  return { kind: 'in-use', holders: distinct(holding.map(podName)) }
}

/** The supply in words. */
export function supplyWords(resource: string, amount: number, supply: Supply, nodes: readonly NodeFact[]): string {
  if (supply.kind === 'not-offered') {
    const prefix = resource.slice(0, resource.indexOf('/') + 1)
    const offered = distinct(
      nodes
        .flatMap((node) => node.resources.map((each) => each.name))
        .filter((name) => name.startsWith(prefix) && name !== `${prefix}gpu`),
    )
    return `${resource} is offered by no node${offered.length > 0 ? ` (there are ${naming(offered, 3)})` : ''}`
  }
  if (supply.kind === 'too-many') return `it asks ${amount} ${resource}, a node has at most ${supply.most}`
  if (supply.kind === 'zero')
    return `${resource} has 0 allocatable on ${naming(supply.nodes)} (capacity ${supply.capacity})`
  if (supply.kind === 'in-use')
    return `all ${resource} are in use${supply.holders.length > 0 ? ` by ${naming(supply.holders, 3)}` : ''}`
  return `${resource} is free on ${naming(supply.nodes)}`
}

import type { NodeFact } from '@/collectors/cluster/node/collector'
import { distinct, naming } from './from-findings'

/** Whether any node could ever give so much of a resource. */
export type Supply = { kind: 'not-offered' } | { kind: 'too-many'; most: number } | { kind: 'offered' }

/** Looks over the nodes that may take the pod. */
export function supplyOf(resource: string, amount: number, nodes: readonly NodeFact[]): Supply {
  const offers = nodes.flatMap((node) => node.resources.filter((each) => each.name === resource))
  if (offers.length === 0) return { kind: 'not-offered' }
  const most = Math.max(...offers.map((each) => Math.max(each.allocatable ?? 0, each.capacity ?? 0)))
  return amount > most && most > 0 ? { kind: 'too-many', most } : { kind: 'offered' }
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
  return `${resource} is offered`
}

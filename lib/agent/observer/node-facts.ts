import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { Model } from '@/lib/engine/model'
import type { Facts } from '@/lib/facts'

/** Where facts are looked up by id. */
type Source = Pick<Model, 'nodeFact' | 'clusterFact'>

/** The one place where a fact's type is put back: ids and types are paired in `Facts`, and a collector fills only its own id. */
function typed<Id extends keyof Facts>(value: unknown): Facts[Id] | null {
  return value === undefined ? null : (value as Facts[Id])
}

/** A fact read on a node, also where it is only the last known one; null: none was read. */
export function nodeFact<Id extends keyof Facts & string>(model: Source, node: string, id: Id): Facts[Id] | null {
  const fact = model.nodeFact(node, id)
  return fact?.status === 'ok' ? typed<Id>(fact.value) : null
}

/** A fact read on a node that still holds: not one of an earlier boot or machine. */
export function heldFact<Id extends keyof Facts & string>(model: Source, node: string, id: Id): Facts[Id] | null {
  const fact = model.nodeFact(node, id)
  return fact?.status === 'ok' && fact.lost === undefined ? typed<Id>(fact.value) : null
}

/** A fact over the whole cluster; null: it is not read. */
export function clusterFact<Id extends keyof Facts & string>(model: Source, id: Id): Facts[Id] | null {
  return typed<Id>(model.clusterFact(id))
}

/** Node objects by name; made again only when the collection changed. */
export class NodeObjects {
  private of: readonly NodeFact[] = []
  private byName: ReadonlyMap<string, NodeFact> = new Map()

  constructor(private readonly model: Source) {}

  all(): readonly NodeFact[] {
    return clusterFact(this.model, 'nodes') ?? []
  }

  get(name: string): NodeFact | null {
    const nodes = this.all()
    if (this.of !== nodes) {
      this.of = nodes
      this.byName = new Map(nodes.map((node) => [node.name, node]))
    }
    return this.byName.get(name) ?? null
  }
}

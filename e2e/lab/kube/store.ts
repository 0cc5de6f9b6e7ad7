import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@/lib/collector'
import { BUILT_IN_RESOURCES, groupOf, KNOWN_CRDS, qualified, type Resource } from './kinds'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One change, with the object before it, so that selectors see objects enter and leave. */
export interface Change {
  type: ChangeType
  version: number
  object: KubeObject
  before: KubeObject | null
}

interface Shelf {
  resource: Resource
  objects: Map<string, KubeObject>
  /** Names in order, for pages; null after an addition or removal. */
  order: string[] | null
  history: Change[]
  /** Versions up to this one cannot be watched from. */
  forgotten: number
  listeners: Set<(change: Change) => void>
}

/** The objects of a cluster with versions, history and owners. Objects are shared, never changed in place. */
export class Store {
  private readonly shelves = new Map<string, Shelf>()
  private version = 1
  readonly onChange: ((resource: Resource, change: Change) => void)[] = []

  constructor(private readonly keep: number) {
    for (const resource of BUILT_IN_RESOURCES) this.install(resource)
  }

  get currentVersion(): number {
    return this.version
  }

  resources(): Resource[] {
    return [...this.shelves.values()].map(({ resource }) => resource)
  }

  /** A served resource by group and plural. */
  served(group: string, plural: string): Resource | null {
    return this.shelves.get(key(group, plural))?.resource ?? null
  }

  /** A resource by kind or plural, installed or known; group only needed where two share the name. */
  find(kind: string, group?: string): Resource | null {
    const fits = (resource: Resource) =>
      (resource.kind === kind || resource.plural === kind) && (group === undefined || resource.group === group)
    return this.resources().find(fits) ?? KNOWN_CRDS.find(fits) ?? null
  }

  install(resource: Resource): void {
    const at = key(resource.group, resource.plural)
    if (this.shelves.has(at)) return
    this.shelves.set(at, { resource, objects: new Map(), order: null, history: [], forgotten: 0, listeners: new Set() })
  }

  /** Stops serving a CRD; its objects go first. */
  uninstall(resource: Resource): void {
    for (const object of this.all(resource)) this.delete(resource, object)
    this.shelves.delete(key(resource.group, resource.plural))
  }

  all(resource: Resource, namespace?: string): KubeObject[] {
    const shelf = this.shelf(resource)
    shelf.order ??= [...shelf.objects.keys()].sort()
    return shelf.order.flatMap((name) => {
      const object = shelf.objects.get(name)
      return object && (namespace === undefined || object.metadata.namespace === namespace) ? [object] : []
    })
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubeObject | null {
    return this.shelf(resource).objects.get(nameKey(namespace, name)) ?? null
  }

  /** Adds or replaces. Gives uid, version and creation time; keeps those of the object replaced. */
  put(resource: Resource, object: KubeObject): KubeObject {
    const shelf = this.shelf(resource)
    const name = nameKey(object.metadata.namespace, object.metadata.name)
    const before = shelf.objects.get(name) ?? null
    this.version += 1
    const stored: KubeObject = {
      ...object,
      apiVersion:
        object.apiVersion ??
        (resource.group === '' ? resource.versions[0] : `${resource.group}/${resource.versions[0]}`),
      kind: resource.kind,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? object.metadata.uid ?? randomUUID(),
        resourceVersion: String(this.version),
        creationTimestamp: before?.metadata.creationTimestamp ?? object.metadata.creationTimestamp ?? seconds(),
        ...(object.spec === undefined ? {} : { generation: generation(before, object) }),
      },
    }
    shelf.objects.set(name, stored)
    if (before === null) shelf.order = null
    this.record(shelf, { type: before === null ? 'ADDED' : 'MODIFIED', version: this.version, object: stored, before })
    return stored
  }

  /** Removes an object and, unless they are orphaned, everything it owns. */
  delete(resource: Resource, object: KubeObject, dependents: 'delete' | 'orphan' = 'delete'): void {
    const shelf = this.shelf(resource)
    if (!shelf.objects.delete(nameKey(object.metadata.namespace, object.metadata.name))) return
    shelf.order = null
    this.version += 1
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }
    this.record(shelf, { type: 'DELETED', version: this.version, object: last, before: object })
    for (const owned of this.ownedBy(object)) {
      if (dependents === 'delete') this.delete(owned.resource, owned.object)
      else this.put(owned.resource, withoutOwner(owned.object, object.metadata.uid))
    }
    if (resource.kind !== 'Namespace') return
    for (const { resource: each } of [...this.shelves.values()])
      if (each.namespaced) for (const held of this.all(each, object.metadata.name)) this.delete(each, held)
  }

  /** Changes since a version, oldest first; null when that version is no longer known. */
  since(resource: Resource, version: number): Change[] | null {
    const shelf = this.shelf(resource)
    return version < shelf.forgotten ? null : shelf.history.filter((change) => change.version > version)
  }

  oldest(resource: Resource): number {
    return this.shelf(resource).forgotten
  }

  /** Forgets the history of a resource, as compaction does: older watches are 410. */
  compact(resource: Resource): void {
    const shelf = this.shelf(resource)
    shelf.history = []
    shelf.forgotten = this.version
  }

  listen(resource: Resource, listener: (change: Change) => void): () => void {
    const { listeners } = this.shelf(resource)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  private ownedBy(owner: KubeObject): { resource: Resource; object: KubeObject }[] {
    const found: { resource: Resource; object: KubeObject }[] = []
    for (const { resource, objects } of this.shelves.values()) {
      for (const object of objects.values()) {
        if (object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
          found.push({ resource, object })
      }
    }
    return found
  }

  private record(shelf: Shelf, change: Change): void {
    shelf.history.push(change)
    if (shelf.history.length > this.keep * 1.25) {
      const gone = shelf.history.splice(0, shelf.history.length - this.keep)
      shelf.forgotten = gone[gone.length - 1]?.version ?? shelf.forgotten
    }
    for (const listener of [...shelf.listeners]) listener(change)
    for (const listener of this.onChange) listener(shelf.resource, change)
  }

  private shelf(resource: Resource): Shelf {
    const shelf = this.shelves.get(key(resource.group, resource.plural))
    if (!shelf) throw new Error(`the lab does not serve ${qualified(resource)}`)
    return shelf
  }
}

/** The resource an object belongs to, by its apiVersion and kind. */
export function resourceOf(store: Store, object: KubeObject): Resource {
  const found = store.find(object.kind ?? '', object.apiVersion === undefined ? undefined : groupOf(object.apiVersion))
  if (!found)
    throw new Error(
      `the lab knows no kind ${object.kind} of ${object.apiVersion}; apply its CustomResourceDefinition first`,
    )
  return found
}

/** Now, in the precision of the API. */
export function seconds(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}

function withoutOwner(object: KubeObject, uid: string | undefined): KubeObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ownerReferences: object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid),
    },
  }
}

function generation(before: KubeObject | null, object: KubeObject): number {
  const last = before?.metadata.generation ?? object.metadata.generation ?? 0
  if (before === null) return last === 0 ? 1 : last
  return before.spec === object.spec || JSON.stringify(before.spec) === JSON.stringify(object.spec) ? last : last + 1
}

const key = (group: string, plural: string) => `${group}/${plural}`
const nameKey = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`

import type { KubeObject } from '@/lib/collector'
import type { KubeRead } from '@/lib/read'
import { at, isFields } from './fields'

/** A cluster collector whose record type was forgotten, as registries hold it. */
export interface ErasedCollector {
  via: string
  id: string
  read?: unknown
}

/** A kind that was looked at, even if the list was empty (`kind: IPPoolList`, `items: []`). */
export interface SeenKind {
  /** Empty for the core group, null where the capture lost it. */
  group: string | null
  kind: string
}

interface KubeCollector {
  id: string
  read: KubeRead
  project(object: KubeObject): unknown
  nodesOf(record: unknown): readonly string[] | '*'
  fold(records: readonly unknown[]): unknown
}

/**
 * Makes facts of Kubernetes objects with all cluster collectors, matched by group and kind: one fact for every collector that had
 * at least one object, or an empty list of its kind. With `node`, only the records of that node and cluster-wide ones.
 */
export function factsOfObjects(
  objects: readonly KubeObject[],
  collectors: readonly ErasedCollector[],
  options: { lists?: readonly SeenKind[]; node?: string } = {},
): Readonly<Record<string, unknown>> {
  const found = collectors.flatMap(asKube).flatMap((collector) => {
    const mine = objects.filter((object) => isOf(collector.read, kindOf(object), object))
    if (mine.length === 0 && !options.lists?.some((seen) => isOf(collector.read, seen))) return []
    const records = mine.map((object) => collector.project(object)).filter((record) => record !== null)
    return [[collector.id, collector.fold(records.filter((record) => concerns(collector, record, options.node)))]]
  })
  return Object.fromEntries(found)
}

/** Names of the nodes that the objects are about, sorted. */
export function nodesOfObjects(
  objects: readonly KubeObject[],
  collectors: readonly ErasedCollector[],
): readonly string[] {
  const names = collectors.flatMap(asKube).flatMap((collector) =>
    objects
      .filter((object) => isOf(collector.read, kindOf(object), object))
      .map((object) => collector.project(object))
      .filter((record) => record !== null)
      .flatMap((record) => namesOf(collector, record)),
  )
  return [...new Set(names)].sort()
}

/** Group and kind of an object; the group is null where the capture lost `apiVersion`. */
export function kindOf(object: KubeObject): SeenKind {
  const version = typeof object.apiVersion === 'string' ? object.apiVersion : null
  const group = version === null ? null : version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
  return { group, kind: typeof object.kind === 'string' ? object.kind : '' }
}

/** Groups that serve the same kind under two names. */
const SAME_GROUP: Readonly<Record<string, string>> = { 'events.k8s.io': '' }

function isOf(read: KubeRead, seen: SeenKind, object?: KubeObject): boolean {
  if (seen.kind !== read.kind) return false
  if (seen.group !== null) return (SAME_GROUP[seen.group] ?? seen.group) === read.group
  return (
    object === undefined ||
    read.kind !== 'IPPool' ||
    (read.group === 'whereabouts.cni.cncf.io') === isWhereabouts(object)
  )
}

/** Without its group an IPPool may be of nv-ipam or of whereabouts: only the latter has a range (k8s-formats §0.10). */
function isWhereabouts(object: KubeObject): boolean {
  return at(object, 'spec', 'range') !== undefined
}

function concerns(collector: KubeCollector, record: unknown, node: string | undefined): boolean {
  const nodes = node === undefined ? '*' : collector.nodesOf(record)
  return node === undefined || nodes === '*' || nodes.includes(node)
}

function namesOf(collector: KubeCollector, record: unknown): readonly string[] {
  const nodes = collector.nodesOf(record)
  return nodes === '*' ? [] : nodes
}

/** The one place where the erased record type is trusted: a collector gives its own records back to itself. */
function asKube(collector: ErasedCollector): KubeCollector[] {
  if (collector.via !== 'kube' || !isFields(collector)) return []
  const candidate: unknown = collector
  return isKubeCollector(candidate) ? [candidate] : []
}

function isKubeCollector(value: unknown): value is KubeCollector {
  return (
    isFields(value) &&
    typeof value.project === 'function' &&
    typeof value.nodesOf === 'function' &&
    typeof value.fold === 'function' &&
    isFields(value.read)
  )
}

import type { KubeObject } from '@/lib/collector'
import { keyOf, nameOf } from './object'
import type { KubeSink } from './types'

interface Entry {
  key: string
  version: string
  createdAt: string
}

const TOMBSTONES = 1000

/**
 * What one collection holds, by name: uids and versions only. Turns events that come twice, late or out of order, and objects recreated under
 * the same name, into a sequence of upserts and removals without flapping (F-43).
 */
export class Ledger {
  private readonly byName = new Map<string, Entry>()
  /** Versions at which objects were deleted, by key: a replayed event from before must not revive them. */
  private readonly deleted = new Map<string, string>()
  private listed: Set<string> | null = null

  constructor(
    private readonly id: string,
    private readonly sink: KubeSink,
    private readonly wanted: (object: KubeObject) => boolean,
  ) {}

  get size(): number {
    return this.byName.size
  }

  upsert(object: KubeObject): void {
    const key = keyOf(object)
    const name = nameOf(object)
    const version = object.metadata.resourceVersion ?? ''
    const createdAt = object.metadata.creationTimestamp ?? ''
    const known = this.byName.get(name)
    const deletedAt = this.deleted.get(key)
    // A list is the truth even with smaller versions: the server's store may have been restored from a backup.
    if (this.listed === null) {
      if (deletedAt !== undefined && (older(version, deletedAt) || version === deletedAt)) return
      if (known?.key === key && older(version, known.version)) return
    }
    if (known !== undefined && known.key !== key) {
      // Two objects of one name: the one made later is the one that exists.
      if (createdAt < known.createdAt || (createdAt === known.createdAt && older(version, known.version))) return
      this.drop(name, known)
    }
    if (!this.wanted(object)) {
      const held = this.byName.get(name)
      if (held) this.drop(name, held)
      return
    }
    this.byName.set(name, { key, version, createdAt })
    this.listed?.add(key)
    this.sink.upsert(this.id, key, object)
  }

  remove(object: KubeObject): void {
    const key = keyOf(object)
    const name = nameOf(object)
    const version = object.metadata.resourceVersion ?? ''
    const known = this.byName.get(name)
    this.bury(key, version)
    if (known?.key === key && !older(version, known.version)) this.drop(name, known)
  }

  /** A list begins: from now on what is seen is collected. */
  beginList(): void {
    this.listed = new Set()
    this.deleted.clear()
  }

  /** The list is complete: what it did not name is gone (M-10). */
  endList(): void {
    const kept = this.listed ?? new Set<string>()
    this.listed = null
    for (const [name, entry] of this.byName) if (!kept.has(entry.key)) this.byName.delete(name)
    this.sink.reset(this.id, kept)
  }

  /** The list broke off: what is held stays. */
  abandonList(): void {
    this.listed = null
  }

  /** The collection does not exist (any more). */
  empty(): void {
    this.beginList()
    this.endList()
  }

  private drop(name: string, entry: Entry): void {
    this.byName.delete(name)
    this.listed?.delete(entry.key)
    this.sink.remove(this.id, entry.key)
  }

  private bury(key: string, version: string): void {
    this.deleted.delete(key)
    this.deleted.set(key, version)
    if (this.deleted.size <= TOMBSTONES) return
    const first = this.deleted.keys().next()
    if (!first.done) this.deleted.delete(first.value)
  }
}

/** True when version `a` is surely before `b`. Versions that are not numbers cannot be compared: then the order of arrival counts. */
export function older(a: string, b: string): boolean {
  if (!/^[0-9]{1,30}$/.test(a) || !/^[0-9]{1,30}$/.test(b)) return false
  return a.length === b.length ? a < b : a.length < b.length
}

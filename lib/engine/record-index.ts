import type { AnyClusterCollector, KubeObject } from '@/lib/collector'
import { redactData } from '@/lib/redact-data'
import { sanitiseData } from '@/lib/sanitise'

/** Who has to be judged again after a change: some nodes, or all. */
export type Touched = ReadonlySet<string> | '*'

const NOBODY: Touched = new Set()

/** A record whose type was forgotten: it came out of `project` and only goes back into the same collector. */
type Erased = never

interface Entry {
  record: Erased
  nodes: readonly string[] | '*'
}

/**
 * The records of one Kubernetes collection, indexed by node, so that one pod event costs one record and one fold, not a fleet
 * (DESIGN §2). Only the newest folds are kept: verdicts are memoised, and a copy of the cluster-wide records per node would be large.
 */
export class RecordIndex {
  private readonly entries = new Map<string, Entry>()
  private readonly byNode = new Map<string, Set<string>>()
  private readonly wide = new Set<string>()
  /** Objects the collector could not read, with what it said. */
  private readonly broken = new Map<string, string>()
  private whole: { fact: unknown } | null = null
  private ofNode: { node: string; version: string; fact: unknown } | null = null
  private ofNobody: { version: number; fact: unknown } | null = null
  /** Grows with every change, per node and for the cluster-wide part: what memoised verdicts compare. */
  private readonly versions = new Map<string, number>()
  private wideVersion = 0
  private anyVersion = 0

  constructor(readonly collector: AnyClusterCollector) {}

  /**
   * Projects and stores an object; null projections are dropped (and forgotten, if one was kept before). An object that the collector
   * cannot read makes the collection unreadable: left out, it would look as if it did not exist.
   */
  upsert(key: string, object: KubeObject): Touched {
    const before = this.remove(key)
    try {
      const record = redactData(sanitiseData(this.collector.project(object)))
      if (record === null) return before
      const entry = this.entryOf(record)
      this.entries.set(key, entry)
      this.place(key, entry.nodes)
      this.changed(entry.nodes)
      return merge(before, entry.nodes === '*' ? '*' : new Set(entry.nodes))
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      this.broken.set(key, redactData(sanitiseData(`${object.metadata.name}: ${words}`)))
      this.changed('*')
      return '*'
    }
  }

  remove(key: string): Touched {
    const wasBroken = this.broken.delete(key)
    if (wasBroken) this.changed('*')
    const entry = this.entries.get(key)
    if (!entry) return wasBroken ? '*' : NOBODY
    this.entries.delete(key)
    this.wide.delete(key)
    if (entry.nodes !== '*') for (const node of entry.nodes) this.dropKey(node, key)
    this.changed(entry.nodes)
    return wasBroken || entry.nodes === '*' ? '*' : new Set(entry.nodes)
  }

  /** After a list: everything whose key is not in `keep` is gone (deletions are seen on relist, M-10). */
  reset(keep: ReadonlySet<string>): Touched {
    let touched: Touched = NOBODY
    for (const key of [...this.entries.keys(), ...this.broken.keys()])
      if (!keep.has(key)) touched = merge(touched, this.remove(key))
    return touched
  }

  /** What keeps the collection from being read; null: nothing. */
  problem(): string | null {
    const [first] = this.broken.values()
    return first === undefined ? null : `${this.broken.size} objects could not be read: ${first}`
  }

  /** The fact of one node: its own records and the cluster-wide ones. */
  factFor(node: string): unknown {
    const own = this.byNode.get(node)
    if (!own) {
      if (this.ofNobody?.version !== this.wideVersion)
        this.ofNobody = { version: this.wideVersion, fact: this.fold(this.wide) }
      return this.ofNobody.fact
    }
    const version = this.versionFor(node)
    if (this.ofNode?.node !== node || this.ofNode.version !== version)
      this.ofNode = { node, version, fact: this.fold([...this.wide, ...own]) }
    return this.ofNode.fact
  }

  /** The fact over all records, for cluster-scope checks. */
  factForAll(): unknown {
    this.whole ??= { fact: this.fold(this.entries.keys()) }
    return this.whole.fact
  }

  /** Names the state of what `factFor(node)` (or, for null, `factForAll`) returns. */
  versionFor(node: string | null): string {
    return node === null ? `${this.anyVersion}` : `${this.wideVersion}.${this.versions.get(node) ?? 0}`
  }

  get size(): number {
    return this.entries.size
  }

  private entryOf(record: unknown): Entry {
    const erased = record as Erased
    return { record: erased, nodes: this.collector.nodesOf(erased) }
  }

  private fold(keys: Iterable<string>): unknown {
    const records: Erased[] = []
    for (const key of keys) {
      const entry = this.entries.get(key)
      if (entry) records.push(entry.record)
    }
    return this.collector.fold(records)
  }

  private place(key: string, nodes: Entry['nodes']): void {
    if (nodes === '*') this.wide.add(key)
    else
      for (const node of nodes) {
        const keys = this.byNode.get(node) ?? new Set()
        keys.add(key)
        this.byNode.set(node, keys)
      }
  }

  private dropKey(node: string, key: string): void {
    const keys = this.byNode.get(node)
    keys?.delete(key)
    if (keys?.size === 0) this.byNode.delete(node)
  }

  private changed(nodes: readonly string[] | '*'): void {
    this.whole = null
    this.anyVersion += 1
    if (nodes === '*') this.wideVersion += 1
    else for (const node of nodes) this.versions.set(node, (this.versions.get(node) ?? 0) + 1)
  }
}

/** Both sets of nodes; "all" swallows any. */
export function merge(a: Touched, b: Touched): Touched {
  if (a === '*' || b === '*') return '*'
  if (a.size === 0) return b
  return b.size === 0 ? a : new Set([...a, ...b])
}

import type { AnyClusterCollector, KubeObject } from '@/lib/collector'
import { sanitiseData } from '@/lib/sanitise'

/** Who has to be judged again after a change: some nodes, or all. */
export type Touched = ReadonlySet<string> | '*'

interface Entry {
  record: never
  nodes: readonly string[] | '*'
}

/**
 * The records of one Kubernetes collection, indexed by node, so that one pod event costs one record and one fold, not a fleet
 * (DESIGN §2). Folds are cached until a record of that node, or a cluster-wide one, changes.
 */
export class RecordIndex {
  private readonly entries = new Map<string, Entry>()
  private readonly byNode = new Map<string, Set<string>>()
  private readonly wide = new Set<string>()
  private readonly folds = new Map<string, unknown>()
  private whole: { fact: unknown } | null = null
  /** Grows with every change, per node and for the cluster-wide part: what memoised verdicts compare. */
  private readonly versions = new Map<string, number>()
  private wideVersion = 0
  private anyVersion = 0

  constructor(readonly collector: AnyClusterCollector) {}

  /** Projects and stores an object; null projections are dropped (and forgotten, if one was kept before). */
  upsert(key: string, object: KubeObject): Touched {
    const record = sanitiseData(this.collector.project(object)) as never
    const before = this.remove(key)
    if (record === null) return before
    const nodes = this.collector.nodesOf(record)
    this.entries.set(key, { record, nodes })
    if (nodes === '*') this.wide.add(key)
    else
      for (const node of nodes) {
        const keys = this.byNode.get(node) ?? new Set()
        keys.add(key)
        this.byNode.set(node, keys)
      }
    this.changed(nodes)
    return merge(before, nodes === '*' ? '*' : new Set(nodes))
  }

  remove(key: string): Touched {
    const entry = this.entries.get(key)
    if (!entry) return new Set()
    this.entries.delete(key)
    this.wide.delete(key)
    if (entry.nodes !== '*') for (const node of entry.nodes) this.dropKey(node, key)
    this.changed(entry.nodes)
    return entry.nodes === '*' ? '*' : new Set(entry.nodes)
  }

  /** After a list: everything whose key is not in `keep` is gone (deletions are seen on relist, M-10). */
  reset(keep: ReadonlySet<string>): Touched {
    let touched: Touched = new Set()
    for (const key of [...this.entries.keys()]) if (!keep.has(key)) touched = merge(touched, this.remove(key))
    return touched
  }

  /** The fact of one node: its own records and the cluster-wide ones. */
  factFor(node: string): unknown {
    if (!this.byNode.has(node)) return this.fold('', [...this.wide])
    return this.fold(`n/${node}`, [...this.wide, ...(this.byNode.get(node) ?? [])])
  }

  /** The fact over all records, for cluster-scope checks. */
  factForAll(): unknown {
    this.whole ??= { fact: this.collector.fold([...this.entries.values()].map((entry) => entry.record)) }
    return this.whole.fact
  }

  /** Names the state of what `factFor(node)` (or, for null, `factForAll`) returns. */
  versionFor(node: string | null): string {
    return node === null ? `${this.anyVersion}` : `${this.wideVersion}.${this.versions.get(node) ?? 0}`
  }

  /** Names of nodes that records are about. */
  nodes(): Iterable<string> {
    return this.byNode.keys()
  }

  get size(): number {
    return this.entries.size
  }

  private fold(cacheKey: string, keys: readonly string[]): unknown {
    if (this.folds.has(cacheKey)) return this.folds.get(cacheKey)
    const records = keys.flatMap((key) => this.entries.get(key)?.record ?? [])
    const fact = this.collector.fold(records)
    this.folds.set(cacheKey, fact)
    return fact
  }

  private dropKey(node: string, key: string): void {
    const keys = this.byNode.get(node)
    keys?.delete(key)
    if (keys?.size === 0) this.byNode.delete(node)
  }

  private changed(nodes: readonly string[] | '*'): void {
    this.whole = null
    this.anyVersion += 1
    if (nodes === '*') {
      this.wideVersion += 1
      this.folds.clear()
      return
    }
    for (const node of nodes) {
      this.versions.set(node, (this.versions.get(node) ?? 0) + 1)
      this.folds.delete(`n/${node}`)
    }
  }
}

/** Both sets of nodes; "all" swallows any. */
export function merge(a: Touched, b: Touched): Touched {
  if (a === '*' || b === '*') return '*'
  if (a.size === 0) return b
  return b.size === 0 ? a : new Set([...a, ...b])
}

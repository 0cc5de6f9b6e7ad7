import type { AnyCollector, KubeObject } from '@/lib/collector'
import type { ReadStatus } from '@/lib/read'
import type { EvidenceRef } from '@/lib/report'
import type { FactState } from './fact-state'
import { RecordIndex, type Touched } from './record-index'

/** How a watched collection is doing, as its transport says. */
export interface CollectionState {
  status: ReadStatus
  reason?: string
  /** Last event, bookmark or list; null: never listed. */
  at: string | null
  /** The same on the steady clock. */
  seenMs?: number
}

/** All Kubernetes collections: their records, and how each stands. */
export class KubeFacts {
  private readonly indexes = new Map<string, RecordIndex>()
  private readonly states = new Map<string, CollectionState>()

  constructor(collectors: readonly AnyCollector[]) {
    for (const collector of collectors)
      if (collector.via === 'kube') this.indexes.set(collector.id, new RecordIndex(collector))
  }

  ids(): Iterable<string> {
    return this.indexes.keys()
  }

  has(collector: string): boolean {
    return this.indexes.has(collector)
  }

  index(collector: string): RecordIndex | undefined {
    return this.indexes.get(collector)
  }

  upsert(collector: string, key: string, object: KubeObject): Touched {
    return this.indexes.get(collector)?.upsert(key, object) ?? new Set()
  }

  remove(collector: string, key: string): Touched {
    return this.indexes.get(collector)?.remove(key) ?? new Set()
  }

  reset(collector: string, keep: ReadonlySet<string>): Touched {
    return this.indexes.get(collector)?.reset(keep) ?? new Set()
  }

  /** @returns true when it stands otherwise than before; a mere sign of life is no change. */
  setState(collector: string, state: CollectionState): boolean {
    const before = this.states.get(collector)
    this.states.set(collector, state)
    return before?.status !== state.status || before?.reason !== state.reason
  }

  state(collector: string): CollectionState | undefined {
    return this.states.get(collector)
  }

  /**
   * A collection's fact for one node, or over everything. One that was listed and cannot be reached now keeps its value as the last
   * known one (DESIGN §3); a refusal or an absence is an answer of its own.
   */
  fact(collector: string, node: string | null): FactState | undefined {
    const state = this.states.get(collector)
    const index = this.indexes.get(collector)
    if (!state || !index) return undefined
    const { status, reason, at, seenMs } = state
    const refs: EvidenceRef[] = [
      { id: `${collector}.list`, via: 'kube', status, at, ...(reason === undefined ? {} : { reason }) },
    ]
    const base = { at, refs, ...(seenMs === undefined ? {} : { seenMs }) }
    const isHeld = at !== null && (status === 'unreachable' || status === 'timeout')
    if (status !== 'ok' && !isHeld) return { ...base, status, reason: reason ?? status }
    const problem = index.problem()
    if (problem !== null) return { ...base, status: 'unreadable', reason: problem }
    try {
      const value = node === null ? index.factForAll() : index.factFor(node)
      return { ...base, status: 'ok', value, ...(isHeld ? { lost: reason ?? status } : {}) }
    } catch (error) {
      return { ...base, status: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  /** The value over all records while the collection is read; undefined otherwise. */
  value(collector: string): unknown {
    const fact = this.states.get(collector)?.status === 'ok' ? this.fact(collector, null) : undefined
    return fact?.status === 'ok' ? fact.value : undefined
  }

  /** Changes exactly when the fact may have changed. */
  version(collector: string, node: string | null): string {
    const state = this.states.get(collector)
    return `${this.indexes.get(collector)?.versionFor(node)}/${state?.status ?? ''}/${state?.reason ?? ''}`
  }

  /** Records held, for metrics. */
  size(): number {
    return [...this.indexes.values()].reduce((sum, index) => sum + index.size, 0)
  }
}

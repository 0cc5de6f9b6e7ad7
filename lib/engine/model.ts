import type { Cause } from '@/lib/cause'
import type { AnyCheck, Context } from '@/lib/check'
import type { AnyCollector, KubeObject } from '@/lib/collector'
import { PASTED_ONLY } from '@/lib/facts'
import type { FleetFacts } from '@/lib/fleet'
import type { LevelId } from '@/lib/levels'
import type { Profile } from '@/lib/profile'
import type { ReachFacts } from '@/lib/reach'
import type { ReadStatus } from '@/lib/read'
import type { EvidenceRef, JudgedCheck, NodeReport } from '@/lib/report'
import { type Evaluated, evaluate, readsOf } from './evaluate'
import type { FactState, FactTable } from './fact-state'
import { BUDGET_SEC, EVENTS_BUDGET_SEC } from './freshness'
import { type Answered, judgeNode } from './judge'
import type { ProvingRun } from './proof'
import { RecordIndex, type Touched } from './record-index'

export interface Registry {
  collectors: readonly AnyCollector[]
  checks: readonly AnyCheck[]
  causes: readonly Cause[]
}

/** What changes from moment to moment and is not a fact. */
export interface JudgeMoment {
  /** ISO time; null: offline, nothing ages. */
  now: string | null
  previous: Readonly<Record<string, { state: JudgedCheck['state']; since: string }>>
  running: readonly LevelId[]
  proof: ProvingRun | null
  stale: boolean
}

/** How a watched collection is doing, as its transport says. */
export interface CollectionState {
  status: ReadStatus
  reason?: string
  /** Last event, bookmark or list. */
  at: string | null
}

/** Facts that only a pasted capture holds: nothing to judge on a live node, and nothing missing either. */
const PASTED: FactTable = Object.fromEntries(
  PASTED_ONLY.map((id) => {
    const reason = 'only a pasted capture shows it'
    return [
      id,
      {
        status: 'absent' as const,
        reason,
        at: null,
        refs: [{ id, via: 'log' as const, status: 'absent' as const, at: null, reason }],
      },
    ]
  }),
)

interface VersionedFact {
  state: FactState
  version: number
}

/**
 * All facts of a cluster, and the verdicts over them. Holds no clock and does no I/O: the agent feeds it, asks who is dirty,
 * and has them judged. A check runs again only when a fact it declared has changed.
 */
export class Model {
  private readonly indexes = new Map<string, RecordIndex>()
  private readonly collections = new Map<string, CollectionState>()
  private readonly nodeFacts = new Map<string, Map<string, VersionedFact>>()
  private readonly clusterFacts = new Map<string, VersionedFact>()
  private readonly reach = new Map<string, { facts: ReachFacts; version: number }>()
  private readonly profiles = new Map<string, Profile | null>()
  private readonly memo = new Map<string, Map<string, { key: string; answer: Evaluated }>>()
  private fleet: { facts: FleetFacts; version: number } | null = null
  private counter = 0
  private dirty = new Set<string>()
  private readonly known = new Set<string>()
  private readonly budgets: Readonly<Record<string, number>>

  constructor(readonly registry: Registry) {
    const budgets: Record<string, number> = {}
    for (const collector of registry.collectors) {
      if (collector.via === 'kube') {
        this.indexes.set(collector.id, new RecordIndex(collector))
        budgets[collector.id] = collector.read.relistSec ? EVENTS_BUDGET_SEC : BUDGET_SEC.kube
      } else budgets[collector.id] = BUDGET_SEC[collector.via]
    }
    this.budgets = budgets
  }

  // ── feeding ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** Nodes to judge; others are forgotten. */
  setNodes(names: readonly string[]): void {
    const wanted = new Set(names)
    for (const name of this.known) if (!wanted.has(name)) this.forget(name)
    for (const name of wanted) {
      if (this.known.has(name)) continue
      this.known.add(name)
      this.dirty.add(name)
    }
  }

  nodes(): readonly string[] {
    return [...this.known].sort()
  }

  upsert(collector: string, key: string, object: KubeObject): void {
    const index = this.indexes.get(collector)
    if (index) this.touch(index.upsert(key, object))
  }

  remove(collector: string, key: string): void {
    const index = this.indexes.get(collector)
    if (index) this.touch(index.remove(key))
  }

  reset(collector: string, keep: ReadonlySet<string>): void {
    const index = this.indexes.get(collector)
    if (index) this.touch(index.reset(keep))
  }

  /** A change of status dirties everything; a mere sign of life does not. */
  setCollection(collector: string, state: CollectionState): void {
    const before = this.collections.get(collector)
    this.collections.set(collector, state)
    if (before?.status !== state.status || before?.reason !== state.reason) {
      this.counter += 1
      this.touch('*')
    }
  }

  collection(collector: string): CollectionState | undefined {
    return this.collections.get(collector)
  }

  setNodeFact(node: string, fact: string, state: FactState): void {
    const facts = this.nodeFacts.get(node) ?? new Map<string, VersionedFact>()
    this.counter += 1
    facts.set(fact, { state, version: this.counter })
    this.nodeFacts.set(node, facts)
    this.touch(new Set([node]))
  }

  /** A fact over the whole cluster that is not a Kubernetes collection: all pods' logs of a component. */
  setClusterFact(fact: string, state: FactState): void {
    this.counter += 1
    this.clusterFacts.set(fact, { state, version: this.counter })
    this.touch('*')
  }

  /** A fact set by `setClusterFact`. */
  otherClusterFact(fact: string): FactState | undefined {
    return this.clusterFacts.get(fact)?.state
  }

  nodeFact(node: string, fact: string): FactState | undefined {
    return this.nodeFacts.get(node)?.get(fact)?.state
  }

  setReach(node: string, facts: ReachFacts): void {
    this.counter += 1
    this.reach.set(node, { facts, version: this.counter })
    this.touch(new Set([node]))
  }

  setProfile(node: string, profile: Profile | null): void {
    if (this.profiles.get(node)?.id === profile?.id && this.profiles.has(node)) return
    this.profiles.set(node, profile)
    this.memo.delete(node)
    this.touch(new Set([node]))
  }

  profile(node: string): Profile | null {
    return this.profiles.get(node) ?? null
  }

  /** Fleet facts weigh on every node: only a real change dirties. */
  setFleet(facts: FleetFacts): void {
    if (this.fleet && JSON.stringify(this.fleet.facts) === JSON.stringify(facts)) return
    this.counter += 1
    this.fleet = { facts, version: this.counter }
    this.touch('*')
  }

  /** Nodes to judge again, each once; empties the list. */
  takeDirty(): readonly string[] {
    const names = [...this.dirty].filter((name) => this.known.has(name))
    this.dirty = new Set()
    return names
  }

  markDirty(node: string): void {
    this.dirty.add(node)
  }

  // ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** The fact over all records of a collection; undefined when it was not read. */
  clusterFact(collector: string): unknown {
    return this.collections.get(collector)?.status === 'ok' ? this.indexes.get(collector)?.factForAll() : undefined
  }

  /** Judges one node: its own checks and the cluster's. */
  judge(node: string, moment: JudgeMoment): Omit<NodeReport, 'revision'> {
    const context: Context = { node, profile: this.profile(node) }
    const facts = this.table(node, moment.now)
    const answered: Answered[] = this.registry.checks.map((check) =>
      check.scope === 'cluster'
        ? { check, answer: this.answer(check, null, moment.now) }
        : { check, answer: this.answer(check, node, moment.now, facts) },
    )
    const report = judgeNode({
      node,
      context,
      facts,
      answered,
      causes: this.registry.causes,
      budgets: this.budgets,
      ...moment,
    })
    return { ...report, bootId: bootIdOf(this.nodeFact(node, 'host')) }
  }

  /** All facts a node-scope check (or, for null, a cluster-scope one) could be given. */
  table(node: string | null, now: string | null): FactTable {
    const table: Record<string, FactState | undefined> = { ...PASTED }
    for (const id of this.indexes.keys()) table[id] = this.kubeFact(id, node)
    if (node === null) for (const [id, fact] of this.clusterFacts) table[id] = fact.state
    else {
      for (const [id, fact] of this.nodeFacts.get(node) ?? []) table[id] = fact.state
      const reach = this.reach.get(node)
      if (reach) table.reach = { status: 'ok', value: reach.facts, at: now, refs: [] }
    }
    if (this.fleet) table.fleet = { status: 'ok', value: this.fleet.facts, at: now, refs: [] }
    if (now !== null) table.clock = { status: 'ok', value: { now }, at: now, refs: [] }
    return table
  }

  private answer(check: AnyCheck, node: string | null, now: string | null, facts = this.table(node, now)): Evaluated {
    const memo = this.memo.get(node ?? '') ?? new Map<string, { key: string; answer: Evaluated }>()
    this.memo.set(node ?? '', memo)
    const key = [...check.needs, ...(check.wants ?? [])].map((id) => this.versionOf(id, node, now)).join('|')
    const known = memo.get(check.id)
    // The verdict stands, but what it rests on may have been read again since: its age is of now.
    if (known?.key === key) return { ...known.answer, reads: readsOf(check, facts) }
    const answer = evaluate(check, facts, { node, profile: node === null ? null : this.profile(node) })
    memo.set(check.id, { key, answer })
    return answer
  }

  /** Changes exactly when the fact may have changed; the clock counts by the minute. */
  private versionOf(id: string, node: string | null, now: string | null): string {
    if (id === 'clock') return now?.slice(0, 16) ?? ''
    if (id === 'fleet') return `${this.fleet?.version ?? 0}`
    if (id === 'reach') return `${node === null ? 0 : (this.reach.get(node)?.version ?? 0)}`
    const index = this.indexes.get(id)
    const collection = this.collections.get(id)
    if (index) return `${index.versionFor(node)}/${collection?.status ?? ''}/${collection?.reason ?? ''}`
    const facts = node === null ? this.clusterFacts : this.nodeFacts.get(node)
    return `${facts?.get(id)?.version ?? 0}`
  }

  private kubeFact(id: string, node: string | null): FactState | undefined {
    const collection = this.collections.get(id)
    const index = this.indexes.get(id)
    if (!collection || !index) return undefined
    const refs: EvidenceRef[] = [
      { id: `${id}.list`, via: 'kube', status: collection.status, at: collection.at, reason: collection.reason },
    ]
    if (collection.status !== 'ok')
      return { status: collection.status, reason: collection.reason ?? collection.status, at: collection.at, refs }
    return { status: 'ok', value: node === null ? index.factForAll() : index.factFor(node), at: collection.at, refs }
  }

  private touch(touched: Touched): void {
    for (const name of touched === '*' ? this.known : touched) this.dirty.add(name)
  }

  private forget(node: string): void {
    for (const map of [this.nodeFacts, this.reach, this.profiles, this.memo]) map.delete(node)
    this.known.delete(node)
    this.dirty.delete(node)
  }

  /** Nodes judged and records held, for metrics. */
  sizes(): { nodes: number; records: number } {
    return { nodes: this.known.size, records: [...this.indexes.values()].reduce((sum, index) => sum + index.size, 0) }
  }
}

/** The boot id the node's `host` fact carries, when it was read. */
function bootIdOf(fact: FactState | undefined): string | null {
  if (fact?.status !== 'ok' || typeof fact.value !== 'object' || fact.value === null || !('bootId' in fact.value))
    return null
  return typeof fact.value.bootId === 'string' ? fact.value.bootId : null
}

import type { Cause } from '@/lib/cause'
import type { AnyCheck } from '@/lib/check'
import type { AnyCollector, KubeObject } from '@/lib/collector'
import type { FleetFacts } from '@/lib/fleet'
import type { LevelId } from '@/lib/levels'
import type { Profile } from '@/lib/profile'
import type { ReachFacts } from '@/lib/reach'
import type { NodeReport } from '@/lib/report'
import { type Evaluated, evaluate } from './evaluate'
import { type FactState, type FactTable, readValues } from './fact-state'
import { budgetOf, type Now } from './freshness'
import { handDown } from './hand-down'
import { judgeNode } from './judge'
import type { Answered, Previous } from './judged-check'
import { type CollectionState, KubeFacts } from './kube-facts'
import { type Hold, Look, minuteOf, newHold, type Versioned } from './look'
import type { ProvingRun } from './proof'
import type { Touched } from './record-index'
import { type Budgets, deadlineMs, factsFor, staleWords, standing } from './staleness'

export type { CollectionState } from './kube-facts'

export interface Registry {
  collectors: readonly AnyCollector[]
  checks: readonly AnyCheck[]
  causes: readonly Cause[]
}

/** What changes from moment to moment and is not a fact. */
export interface JudgeMoment extends Now {
  previous: Readonly<Record<string, Previous | undefined>>
  running: readonly LevelId[]
  proof: ProvingRun | null
  stale: boolean
  onError?(error: unknown): void
}

/**
 * All facts of a cluster, and the verdicts over them. Holds no clock and does no I/O: the agent feeds it, asks who is dirty,
 * and has them judged. A check runs again only when a fact it declared has changed.
 */
export class Model {
  private readonly kube: KubeFacts
  private readonly holds = new Map<string, Hold>()
  private readonly cluster = newHold()
  private clusterAnswers: { now: string | null; answers: readonly Answered[] } | null = null
  private clusterPrint = ''
  private fleet: Versioned<FleetFacts> | null = null
  private counter = 0
  private dirty = new Set<string>()
  private readonly known = new Set<string>()
  private readonly budgets: Budgets
  private readonly nodeChecks: readonly AnyCheck[]
  private readonly clusterChecks: readonly AnyCheck[]
  /** Facts that weigh on a single node: declared by a node-scope check, or looked at by a cause. */
  private readonly weighing: Set<string>
  private agedMinute = ''
  private oldCollections = ''

  constructor(readonly registry: Registry) {
    this.kube = new KubeFacts(registry.collectors)
    this.budgets = Object.fromEntries(registry.collectors.map((collector) => [collector.id, budgetOf(collector)]))
    this.nodeChecks = registry.checks.filter((check) => check.scope !== 'cluster')
    this.clusterChecks = registry.checks.filter((check) => check.scope === 'cluster')
    this.weighing = new Set(this.nodeChecks.flatMap(declaredBy))
  }

  // ── feeding ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** Nodes to judge; all others are forgotten, with whatever was fed about them. */
  setNodes(names: readonly string[]): void {
    const wanted = new Set(names)
    for (const name of [...this.known, ...this.holds.keys()]) if (!wanted.has(name)) this.forget(name)
    for (const name of wanted) {
      if (this.known.has(name)) continue
      this.known.add(name)
      this.dirty.add(name)
    }
  }

  nodes(): readonly string[] {
    return [...this.known].sort()
  }

  has(node: string): boolean {
    return this.known.has(node)
  }

  upsert(collector: string, key: string, object: KubeObject): void {
    this.changed(collector, this.kube.upsert(collector, key, object))
  }

  remove(collector: string, key: string): void {
    this.changed(collector, this.kube.remove(collector, key))
  }

  reset(collector: string, keep: ReadonlySet<string>): void {
    this.changed(collector, this.kube.reset(collector, keep))
  }

  /** A change of status dirties every node it weighs on; a mere sign of life does not. */
  setCollection(collector: string, state: CollectionState): void {
    if (this.kube.setState(collector, state)) this.changed(collector, '*')
  }

  collection(collector: string): CollectionState | undefined {
    return this.kube.state(collector)
  }

  setNodeFact(node: string, fact: string, state: FactState): void {
    this.holdOf(node).facts.set(fact, { state, version: this.next() })
    this.dirty.add(node)
  }

  /** Says of facts that were read that they no longer hold: shown as last known. @param which all node-read facts when left out */
  loseNodeFacts(node: string, reason: string, which: (id: string) => boolean): void {
    for (const [id, { state }] of this.holds.get(node)?.facts ?? [])
      if (which(id) && state.status === 'ok' && state.lost === undefined)
        this.setNodeFact(node, id, { ...state, lost: reason })
  }

  /** A fact over the whole cluster that is not a Kubernetes collection: all pods' logs of a component. */
  setClusterFact(fact: string, state: FactState): void {
    this.cluster.facts.set(fact, { state, version: this.next() })
    this.clusterAnswers = null
  }

  /** A fact set by `setClusterFact`. */
  otherClusterFact(fact: string): FactState | undefined {
    return this.cluster.facts.get(fact)?.state
  }

  nodeFact(node: string, fact: string): FactState | undefined {
    return this.holds.get(node)?.facts.get(fact)?.state
  }

  /** Only a real change dirties. */
  setReach(node: string, facts: ReachFacts): void {
    const hold = this.holdOf(node)
    if (hold.reach && JSON.stringify(hold.reach.state) === JSON.stringify(facts)) return
    hold.reach = { state: facts, version: this.next() }
    this.dirty.add(node)
  }

  /** The same object means the same profile. */
  setProfile(node: string, profile: Profile | null): void {
    const hold = this.holdOf(node)
    if (hold.profile === profile) return
    hold.profile = profile
    hold.memo.clear()
    this.dirty.add(node)
  }

  profile(node: string): Profile | null {
    return this.holds.get(node)?.profile ?? null
  }

  /** Fleet facts weigh on every node: only a real change dirties. */
  setFleet(facts: FleetFacts): void {
    if (this.fleet && JSON.stringify(this.fleet.state) === JSON.stringify(facts)) return
    this.fleet = { state: facts, version: this.next() }
    this.changed('fleet', '*')
  }

  /** Nodes to judge again, each once; empties the list. With a time the cluster's checks are judged first: a changed one weighs on all. */
  takeDirty(now?: Now): readonly string[] {
    if (now) this.clusterAnswered(now)
    const names = [...this.dirty].filter((name) => this.known.has(name))
    this.dirty = new Set()
    return names
  }

  markDirty(node: string): void {
    this.dirty.add(node)
  }

  /** Dirties whom time alone has changed: facts past their budget, and checks that compare with the clock. */
  age(now: Now): void {
    const old = [...this.kube.ids()].filter(
      (id) => staleWords(id, stamp(this.kube.state(id)), this.budgets[id], now) !== null,
    )
    if (old.join() !== this.oldCollections) {
      this.oldCollections = old.join()
      this.clusterAnswers = null
      for (const name of this.known) this.dirty.add(name)
    }
    for (const name of this.known) {
      const deadline = this.holds.get(name)?.deadlineMs ?? null
      if (deadline !== null && now.steadyMs !== undefined && now.steadyMs > deadline) this.dirty.add(name)
    }
    const minute = minuteOf(now.now)
    if (minute === this.agedMinute) return
    this.agedMinute = minute
    this.clusterAnswers = null
    const timed = this.nodeChecks.filter((check) => declaredBy(check).includes('clock'))
    for (const name of this.known) {
      const memo = this.holds.get(name)?.memo
      const look = this.look(name, now)
      const turned = timed.some((check) => {
        const before = memo?.get(check.id)?.answer
        return before !== undefined && printOf(before) !== printOf(this.answer(check, name, look).answer)
      })
      if (turned) this.dirty.add(name)
    }
  }

  // ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** The fact over all records of a collection; undefined when it was not read. */
  clusterFact(collector: string): unknown {
    return this.kube.value(collector)
  }

  /** The same with how it stands. */
  collectionFact(collector: string): FactState | undefined {
    return this.kube.fact(collector, null)
  }

  /** Judges one node: its own checks and the cluster's. */
  judge(node: string, moment: JudgeMoment): Omit<NodeReport, 'revision'> {
    const look = this.look(node, moment)
    const own = this.nodeChecks.map((check) => this.answer(check, node, look))
    const shared = this.clusterAnswered(moment).map((one) => handDown(one, node, this.known))
    const byId = new Map([...own, ...shared].map((one) => [one.check.id, one]))
    const report = judgeNode({
      node,
      context: { node, profile: this.profile(node) },
      values: this.valuesOf(look),
      answered: this.registry.checks.flatMap((check) => byId.get(check.id) ?? []),
      causes: this.registry.causes,
      ...moment,
    })
    const hold = this.holdOf(node)
    hold.deadlineMs = this.deadlineOf(hold, moment)
    return { ...report, bootId: bootIdOf(this.nodeFact(node, 'host')) }
  }

  /** All facts a node-scope check (or, for null, a cluster-scope one) could be given. */
  table(node: string | null, now: string | null): FactTable {
    const look = this.look(node, { now })
    return Object.fromEntries([...look.ids()].map((id) => [id, look.fact(id)]))
  }

  /** Facts read on one node itself. */
  ownFacts(node: string): FactTable {
    const facts = this.holds.get(node)?.facts ?? []
    return Object.fromEntries([...facts].map(([id, { state }]) => [id, state]))
  }

  /** Nodes judged and records held, for metrics. */
  sizes(): { nodes: number; records: number } {
    return { nodes: this.known.size, records: this.kube.size() }
  }

  /** The cluster's checks, judged once a moment. A changed answer weighs on every node. */
  private clusterAnswered(now: Now): readonly Answered[] {
    if (this.clusterAnswers?.now !== now.now || this.clusterAnswers === null) {
      const look = this.look(null, now)
      const answers = this.clusterChecks.map((check) => this.answer(check, null, look))
      this.clusterAnswers = { now: now.now, answers }
      const print = answers.map(({ answer, stale }) => `${printOf(answer)} ${stale !== null}`).join('\n')
      if (print !== this.clusterPrint) for (const name of this.known) this.dirty.add(name)
      this.clusterPrint = print
    }
    return this.clusterAnswers.answers
  }

  private answer(check: AnyCheck, node: string | null, look: Look): Answered {
    const { stale, withheld } = standing(check, look)
    const hold = node === null ? this.cluster : this.holdOf(node)
    let key = withheld.join()
    for (const id of declaredBy(check)) key += `|${look.version(id)}`
    const known = hold.memo.get(check.id)
    // The verdict stands, but what it rests on may have been read again since: its age is of now.
    if (known?.key === key) return { check, answer: { ...known.answer, reads: this.readsOf(check, look) }, stale }
    const answer = evaluate(check, factsFor(check, look, withheld), { node, profile: hold.profile })
    hold.memo.set(check.id, { key, answer })
    return { check, answer, stale }
  }

  private readsOf(check: AnyCheck, look: Look): Evaluated['reads'] {
    return declaredBy(check).flatMap((id) => look.fact(id)?.refs ?? [])
  }

  private look(node: string | null, now: Now): Look {
    const { kube, fleet, budgets } = this
    return new Look({ kube, fleet, budgets }, node, node === null ? this.cluster : this.holds.get(node), now)
  }

  /** Values by fact id, made when a cause looks: what no cause looks at dirties no node. */
  private valuesOf(look: Look): Readonly<Record<string, unknown>> {
    const read = (id: string) => {
      if (this.kube.has(id) || id === 'fleet') this.weighing.add(id)
      return readValues({ [id]: look.fact(id) })[id]
    }
    return new Proxy<Record<string, unknown>>(
      {},
      {
        get: (_, id) => (typeof id === 'string' ? read(id) : undefined),
        has: (_, id) => typeof id === 'string' && read(id) !== undefined,
      },
    )
  }

  private deadlineOf(hold: Hold, now: Now): number | null {
    const times = [...hold.facts].flatMap(([id, { state }]) => deadlineMs(state, this.budgets[id], now) ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }

  private changed(id: string, touched: Touched): void {
    if (touched !== '*' && touched.size === 0) return
    this.clusterAnswers = null
    if (!this.weighing.has(id)) return
    for (const name of touched === '*' ? this.known : touched) this.dirty.add(name)
  }

  private holdOf(node: string): Hold {
    const hold = this.holds.get(node) ?? newHold()
    this.holds.set(node, hold)
    return hold
  }

  private forget(node: string): void {
    this.holds.delete(node)
    this.known.delete(node)
    this.dirty.delete(node)
  }

  private next(): number {
    this.counter += 1
    return this.counter
  }
}

const declared = new WeakMap<AnyCheck, readonly string[]>()

/** Needs and wants of a check. */
function declaredBy(check: AnyCheck): readonly string[] {
  const known = declared.get(check) ?? [...check.needs, ...(check.wants ?? [])]
  declared.set(check, known)
  return known
}

/** Equal prints: the same answer to whoever reads it, about the same nodes. */
function printOf({ state, verdict, why }: Evaluated): string {
  const about = verdict?.findings?.map((each) => each.nodes?.join() ?? '').join(';') ?? ''
  return `${state} ${verdict?.summary ?? why} ${about}`
}

/** A collection's age, as a fact without its value. */
function stamp(state: CollectionState | undefined): FactState | undefined {
  if (state?.status !== 'ok') return undefined
  const { at, seenMs } = state
  return { status: 'ok', value: null, at, refs: [], ...(seenMs === undefined ? {} : { seenMs }) }
}

/** The boot id the node's `host` fact carries, when it was read. */
function bootIdOf(fact: FactState | undefined): string | null {
  if (fact?.status !== 'ok' || typeof fact.value !== 'object' || fact.value === null || !('bootId' in fact.value))
    return null
  return typeof fact.value.bootId === 'string' ? fact.value.bootId : null
}

import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { SweepResult } from '@/collectors/transport/types'
import type { Clock } from '@/lib/agent/ports'
import { loadEvidence, saveEvidence } from '@/lib/agent/store/evidence'
import type { Db } from '@/lib/agent/store/schema'
import type { AnyCollector } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import type { Model } from '@/lib/engine/model'
import type { Facts } from '@/lib/facts'
import type { Evidence } from '@/lib/read'
import { discardReason } from './discard'
import { type AnyNodeCollector, factOf, nodeCollectors, type Redact, readIds, sectionsOf, toEvidence } from './intake'
import { updateLedger } from './ledger'
import { heldFact, nodeFact } from './node-facts'
import { markOf, type NodeWatch, type Watches } from './node-watch'

export interface NodeIntakeDeps {
  model: Model
  db: Db
  watches: Watches
  collectors: readonly AnyCollector[]
  redact: Redact
  clock: Clock
  steadyMs(): number
  /** The Node object of that name, when Kubernetes is read. */
  nodeObject(name: string): NodeFact | null
  /** Facts of a node changed: its profile may be another one. */
  onFacts(name: string): void
  /** What is held is void: the node has to be read again. */
  onVoid(name: string): void
  /** A collector ran: whether it made its fact, and how long reading and parsing took. */
  collected(collector: string, ok: boolean, seconds: number): void
}

/** Turns what nodes answer into facts: evidence is stored before facts change, so that what is judged can be shown. */
export class NodeIntake {
  private readonly collectors: readonly AnyNodeCollector[]
  private readonly scripts: ReadonlyMap<string, string>

  constructor(private readonly deps: NodeIntakeDeps) {
    this.collectors = nodeCollectors(deps.collectors)
    this.scripts = new Map(sectionsOf(this.collectors).map((section) => [section.id, section.read.script]))
  }

  /** Takes one pass over a node. Both lanes may end together: they are taken one after the other. */
  receive(result: SweepResult): Promise<void> {
    const watch = this.deps.watches.of(result.node)
    const done = watch.work.then(() => this.takeIn(result, watch))
    watch.work = done.catch(() => undefined)
    return done
  }

  /** Facts from stored evidence, with the age they have by the wall clock. */
  async restore(node: string): Promise<void> {
    const watch = this.deps.watches.of(node)
    const evidence = new Map((await loadEvidence(this.deps.db, node)).map((one) => [one.id, one]))
    for (const one of evidence.values()) {
      watch.reads.set(one.id, markOf(one))
      watch.bootId = one.bootId ?? watch.bootId
    }
    for (const collector of this.collectors) {
      const fact = factOf(collector, evidence)
      if (fact && !this.deps.model.nodeFact(node, collector.id)) this.deps.model.setNodeFact(node, collector.id, fact)
    }
  }

  private async takeIn(result: SweepResult, watch: NodeWatch): Promise<void> {
    // Forgotten while it waited for its turn.
    if (this.deps.watches.get(result.node) !== watch) return
    watch.reach = result.reach
    watch.failures = result.reach.ok ? 0 : watch.failures + 1
    watch.read = true
    const { identity } = result
    // A node that did not answer takes nothing back: what its last answer was thrown away for still holds.
    if (identity) watch.discarded = discardReason(result, this.deps.nodeObject(result.node)?.machineId ?? null)
    if (identity?.clockIso) watch.clockSkewSec = (Date.parse(identity.clockIso) - Date.parse(result.startedAt)) / 1_000
    if (identity && watch.discarded !== null) return this.discard(result.node, watch.discarded)
    if (identity?.bootId) this.noteBoot(result.node, watch, identity.bootId)
    await this.take(result, watch)
  }

  /** F-24, F-26: neither these answers nor the ones before say anything of the machine as it is. */
  private discard(node: string, { kind, text }: NonNullable<NodeWatch['discarded']>): void {
    this.deps.model.loseNodeFacts(node, text, (id) => this.collectors.some((collector) => collector.id === id))
    if (kind === 'rebooted-during-read') this.deps.onVoid(node)
  }

  /** After a boot what was read in an earlier one is only history (I1). */
  private noteBoot(node: string, watch: NodeWatch, bootId: string): void {
    const isNew = watch.bootId !== null && watch.bootId !== bootId
    watch.bootId = bootId
    if (!isNew) return
    const before = (id: string) =>
      [...watch.reads].some(([read, { bootId: then }]) => read.startsWith(`${id}.`) && then !== bootId)
    this.deps.model.loseNodeFacts(
      node,
      'read before the node booted again',
      (id) => this.collectors.some((collector) => collector.id === id) && before(id),
    )
    this.deps.onVoid(node)
  }

  private async take(result: SweepResult, watch: NodeWatch): Promise<void> {
    const { model, db } = this.deps
    const evidence = new Map<string, Evidence>()
    for (const [id, raw] of Object.entries(result.sections)) {
      // What a node said before stays, with its age, when it cannot be reached now.
      if (raw.status === 'unreachable' && watch.reads.has(id)) continue
      evidence.set(id, toEvidence(result, id, raw, this.scripts.get(id) ?? '', this.deps.redact))
    }
    await saveEvidence(db, result.node, [...evidence.values()])
    for (const one of evidence.values()) watch.reads.set(one.id, markOf(one))
    const seenMs = this.deps.steadyMs() - result.durationMs
    const before = heldFact(model, result.node, 'infiniband')
    for (const collector of this.collectors) {
      if (!readIds(collector).some((id) => evidence.has(id))) continue
      const fact = await this.factFrom(collector, evidence, result)
      if (fact && this.deps.watches.get(result.node) === watch)
        model.setNodeFact(result.node, collector.id, stamped(fact, result.startedAt, seenMs))
    }
    if (this.deps.watches.get(result.node) !== watch) return
    this.deps.onFacts(result.node)
    if (result.identity?.bootId) await this.writeLedger(result, result.identity.bootId, before)
  }

  /** Reads of one collector may come in different passes: those not in this one are taken from the store. */
  private async factFrom(
    collector: AnyNodeCollector,
    evidence: ReadonlyMap<string, Evidence>,
    result: SweepResult,
  ): Promise<FactState | null> {
    const others = readIds(collector).filter((id) => !evidence.has(id))
    const stored = await loadEvidence(this.deps.db, result.node, others)
    const began = this.deps.steadyMs()
    const fact = factOf(collector, new Map([...stored.map((one) => [one.id, one] as const), ...evidence]))
    if (fact === null) return null
    const readMs = readIds(collector).reduce((sum, id) => sum + (evidence.get(id)?.durationMs ?? 0), 0)
    this.deps.collected(collector.id, fact.status === 'ok', (readMs + this.deps.steadyMs() - began) / 1_000)
    return fact
  }

  /** @param before the ports as they stood before this pass */
  private async writeLedger(result: SweepResult, bootId: string, before: Facts['infiniband'] | null): Promise<void> {
    const { model } = this.deps
    const ports = heldFact(model, result.node, 'infiniband')
    const rows = await updateLedger(this.deps.db, {
      node: result.node,
      bootId,
      bootedAt: nodeFact(model, result.node, 'host')?.bootedAt ?? null,
      at: result.startedAt,
      // Values of an earlier boot or machine are no sighting in this one.
      firmware: heldFact(model, result.node, 'nicFirmware'),
      // The same object: this sweep did not read them.
      ports: ports === null || ports === before ? null : { before, now: ports },
    })
    for (const collector of this.deps.collectors) {
      if (collector.via !== 'history' || collector.read.what !== 'boots') continue
      const at = result.startedAt
      const refs = [{ id: `${collector.id}.history`, via: 'history' as const, status: 'ok' as const, at }]
      model.setNodeFact(result.node, collector.id, { status: 'ok', value: folded(collector, rows), at, refs })
    }
  }
}

/** The one place where a history collector's row type is forgotten: what it reads (`boots`) says which rows it gets. */
function folded(collector: Extract<AnyCollector, { via: 'history' }>, rows: readonly unknown[]): unknown {
  return collector.fold(rows as readonly never[])
}

/** A fact whose reads are all of this pass ages by the steady clock; one with older parts by the wall clock of the oldest. */
function stamped(fact: FactState, startedAt: string, seenMs: number): FactState {
  return fact.at !== null && fact.at >= startedAt ? { ...fact, seenMs } : fact
}

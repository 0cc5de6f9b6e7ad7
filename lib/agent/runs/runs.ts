import { isNcclRunResult, type NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { AgentContext } from '@/lib/agent/compose'
import type { Observer } from '@/lib/agent/observer/observer'
import type { Actor, Change, Lifecycle, RunsPort } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import { loadRunLog, loadRunRows, loadRuns } from '@/lib/agent/store/runs'
import type { NodePage } from '@/lib/contract/api'
import type { PlanResponse, Run } from '@/lib/contract/runs'
import type { ProvingRun } from '@/lib/engine/proof'
import { plateauOf } from '@/lib/expected/nccl-curve'
import type { LevelId } from '@/lib/levels'
import { choose } from './choices'
import { makeDriver } from './drive'
import type { RunDriver } from './driver'
import { feedFacts, identityOf, provingRun, staleReason } from './facts'
import { candidatesNow, clusterNow, guardOf, rereadProcesses } from './guards'
import { keeperOf } from './keeper'
import { claim } from './locks'
import { newRecord } from './new-record'
import { chainFor, makePlan, problemOf } from './planner'
import { type KeptPlan, Plans } from './plans'
import { rdmaTooLong } from './rdma-plan'
import { isOver, type RunRecordBody, runRecord, toRun } from './record'
import { SearchDriver } from './search/driver'
import { makeSearchPlan } from './search/plan'

export interface RunsDeps {
  context: Pick<AgentContext, 'config' | 'store' | 'clock' | 'log' | 'audit' | 'metrics'>
  /** The runner's own identity; null: runs are off. */
  kube: KubeTransport | null
  kubeProblem: string | null
  observer: Observer
}

export interface Known {
  record: RunRecordBody
  manifest: string
}

/** Lines of one answer; more are asked for with `after`. */
const LOG_PAGE = 1_000
/** How often it is looked whether a node changed under its results (boot, firmware), milliseconds. */
const IDENTITY_MS = 3_000
/** Earlier good runs that a run is compared with. */
const MAX_EARLIER = 5

/** Benchmark runs: planned, confirmed once, driven to a cleaned-up end, adopted after a restart. */
export class Runs implements RunsPort, Lifecycle {
  private readonly plans = new Plans()
  private readonly drivers = new Map<string, RunDriver | SearchDriver>()
  private readonly known = new Map<string, Known>()
  private readonly listeners = new Set<(change: Change) => void>()
  private readonly fed = new Map<string, string>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly deps: RunsDeps) {}

  /** Adopts every run that had not ended (F-69), and hands results to the nodes. */
  async open(): Promise<void> {
    for (const stored of await loadRuns(this.deps.context.store.db, runRecord)) {
      this.known.set(stored.id, { record: stored.body, manifest: stored.manifest })
    }
    // All are known before one is driven: a search looks for its runs.
    for (const known of this.known.values()) if (!isOver(known.record)) this.drive(known, false)
    this.feedChanged()
    this.timer = setInterval(() => this.feedChanged(), IDENTITY_MS)
    this.timer.unref()
  }

  /** Runs go on in the cluster; the next start adopts them. */
  async close(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await Promise.all([...this.drivers.values()].map((driver) => driver.stop()))
  }

  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async list() {
    const runs = this.records()
      .map((record) => toRun(record, []))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    const reason = this.whyOff()
    return { runs, enabled: reason === null, disabledReason: reason }
  }

  async get(id: string): Promise<Run | null> {
    const known = this.known.get(id)
    return known ? toRun(known.record, await this.rowsOf(id), await this.lastGoodOf(known.record)) : null
  }

  async log(id: string, after: number) {
    const known = this.known.get(id)
    if (!known) return null
    const lines = await loadRunLog(this.deps.context.store.db, id, after, LOG_PAGE)
    const next = (lines.at(-1)?.number ?? after - 1) + 1
    const complete = isOver(known.record) && lines.length < LOG_PAGE
    return { from: after, lines: lines.map((line) => line.line), next, complete }
  }

  async manifest(id: string) {
    const known = this.known.get(id)
    return known ? { manifest: known.manifest, hash: known.record.hash } : null
  }

  async plan(options: Parameters<RunsPort['plan']>[0], by: Actor): Promise<PlanResponse> {
    const { config, clock } = this.deps.context
    const cluster = clusterNow(this.deps.observer, clock.now())
    const candidates = candidatesNow(this.deps.observer, cluster)
    const { choices, launcher, image, problem: none } = choose(options, config.runs.images, cluster.mpi)
    const unread = cluster.nodes === null ? 'The nodes of the cluster cannot be read now: see the doctor page.' : null
    const problem = this.whyOff() ?? unread ?? none ?? problemOf(options, candidates, config.runs)
    if (problem !== null || image === null) return { candidates, choices, plan: null, problem }
    const make = options.preset === 'search' ? makeSearchPlan : makePlan
    const planned = make({
      options,
      launcher,
      candidates,
      nodes: cluster.nodes ?? [],
      nads: cluster.nads ?? [],
      profile: this.deps.observer.model.profile(options.nodes[0] ?? ''),
      config: config.runs,
      image,
      now: clock.now(),
    })
    const tooLong = rdmaTooLong(planned.input, this.deps.observer.model.profile(options.nodes[0] ?? ''))
    if (tooLong !== null) return { candidates, choices, plan: null, problem: tooLong }
    this.plans.keep({ ...planned, by: by.user, options })
    return { candidates, choices, plan: planned.plan, problem: null }
  }

  /** Starts a confirmed plan: right hash, same person, not expired, used once, guards asked again (SEC-51). */
  async start(confirm: Parameters<RunsPort['start']>[0], by: Actor): Promise<Run> {
    const kept = this.plans.take(confirm.planId)
    const { clock, config } = this.deps.context
    if (!kept || kept.by !== by.user || Date.parse(kept.plan.expiresAt) < clock.now().getTime())
      throw refuse('plan-expired')
    if (kept.plan.hash !== confirm.hash) throw refuse('plan-changed')
    if (this.whyOff() !== null) throw refuse('runs-disabled')
    await rereadProcesses(this.deps.observer, kept.plan.nodes)
    // From here to the known record nothing is awaited: of two confirmations the second finds the first.
    claim(this.records(), kept.plan.nodes, config.runs.concurrent)
    const overridden = this.askGuards(kept, confirm.override === true && by.role === 'admin')
    if (overridden !== null)
      this.deps.context.audit.record({
        actor: by.user,
        authMode: 'run',
        role: by.role,
        action: 'run.override',
        target: `run ${kept.input.runId}: ${overridden}`,
        digest: kept.plan.hash,
        outcome: 'done',
        level: 4,
      })
    return this.launch(kept, by, overridden)
  }

  async cancel(id: string): Promise<Run> {
    const known = this.known.get(id)
    if (!known) throw refuse('no-such-run', { run: id })
    await this.drivers.get(id)?.cancel()
    return toRun(known.record, await this.rowsOf(id))
  }

  /** Levels a run is testing on a node now. */
  runningLevels(node: string): readonly LevelId[] {
    const isTesting = (record: RunRecordBody) =>
      record.ending === null && !isOver(record) && record.nodes.includes(node)
    const levels = this.records().flatMap((record): LevelId[] =>
      isTesting(record) && record.kind !== 'search' ? [record.kind] : [],
    )
    return [...new Set(levels)]
  }

  proof(node: string): ProvingRun | null {
    const { observer, context } = this.deps
    return provingRun(this.records(), node, identityOf(observer, node), context.clock.now())
  }

  async runsOf(node: string): Promise<NodePage['runs']> {
    return this.records()
      .filter((record) => record.nodes.includes(node) && record.parent === null)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .slice(0, 10)
      .map(({ id, title, state, finishedAt, sentence }) => ({ id, title, state, finishedAt, sentence }))
  }

  private records(): RunRecordBody[] {
    return [...this.known.values()].map((each) => each.record)
  }

  private async rowsOf(id: string): Promise<Run['rows']> {
    const live = this.drivers.get(id)?.rows() ?? []
    const kept = await loadRunRows(this.deps.context.store.db, id)
    return live.length >= kept.length ? live : kept
  }

  /** Good runs that asked the same of the same nodes before this one, newest first. */
  private earlierGood(record: RunRecordBody): { record: RunRecordBody; result: NcclRunResult }[] {
    const key = (one: RunRecordBody) =>
      JSON.stringify([one.kind, one.collective, one.algorithm, one.onlyRail, [...one.nodes].sort()])
    return this.records()
      .filter((one) => one.createdAt < record.createdAt && one.verdict === 'pass' && key(one) === key(record))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .flatMap((one) => (isNcclRunResult(one.result) ? [{ record: one, result: one.result }] : []))
      .slice(0, MAX_EARLIER)
  }

  private async lastGoodOf(record: RunRecordBody): Promise<Run['lastGood']> {
    const [found] = this.earlierGood(record)
    const plateau = found ? plateauOf(found.result.rows) : null
    if (!found || !plateau || found.record.finishedAt === null) return null
    const { id, finishedAt } = found.record
    return { id, finishedAt, busbwGBps: plateau.busbwGBps, rows: await loadRunRows(this.deps.context.store.db, id) }
  }

  private whyOff(): string | null {
    const { runs } = this.deps.context.config
    if (!runs.enabled) return 'Runs are switched off in the configuration (runs.enabled).'
    if (!this.deps.kube) return this.deps.kubeProblem ?? 'No cluster is configured.'
    return Object.keys(runs.images).length > 0
      ? null
      : 'No benchmark image is configured: set runs.images.nccl in cairn.yaml to an image with PyTorch and NCCL, by digest.'
  }

  /** Guards as of now. @returns those that were overridden, in words. @throws Refusal for any other that does not hold. */
  private askGuards(kept: KeptPlan, mayOverride: boolean): string | null {
    const { observer, context } = this.deps
    const cluster = clusterNow(observer, context.clock.now())
    const nodes = (cluster.nodes ?? []).filter((node) => kept.plan.nodes.includes(node.name))
    if (nodes.length < kept.plan.nodes.length) throw refuse('guard-failed', { reason: 'a chosen node cannot be read' })
    const chain = chainFor(nodes, cluster.nads ?? [])
    const isSameChain =
      JSON.stringify([chain.rails, chain.shared]) === JSON.stringify([kept.input.rails, kept.input.shared])
    if (!isSameChain) throw refuse('plan-changed')
    const broken = guardOf(kept.plan, candidatesNow(observer, cluster), chain.problem).filter((each) => !each.ok)
    const hard = broken.find((each) => !(each.overridable && mayOverride))
    if (hard) throw refuse('guard-failed', { reason: hard.text })
    return broken.length > 0 ? broken.map((each) => each.text).join('; ') : null
  }

  /** Stores the record, then has it driven: a crash in between leaves a record that finds the Job, or that there is none. */
  private async launch(kept: KeptPlan, by: Actor, overridden: string | null): Promise<Run> {
    const { observer, context } = this.deps
    const identities = kept.plan.nodes.map((node) => ({ node, ...identityOf(observer, node) }))
    const record = newRecord(kept, by.user, identities, overridden, context.clock.now())
    await this.begin({ record, manifest: kept.plan.manifest })
    return toRun(record, [])
  }

  private async begin(known: Known): Promise<void> {
    const { context } = this.deps
    // Known before anything is awaited: a second confirmation finds it.
    this.known.set(known.record.id, known)
    try {
      await keeperOf(context.store, known.record, known.manifest).record(known.record)
    } catch (error) {
      this.known.delete(known.record.id)
      throw error
    }
    this.drive(known, true)
    this.changed(known.record)
  }

  private drive(known: Known, mayCreate: boolean): void {
    const { kube, context, observer } = this.deps
    if (!kube) return
    const driver = makeDriver(known, mayCreate, {
      context,
      kube,
      observer,
      earlier: () => this.earlierGood(known.record).map((each) => each.result),
      onChange: () => this.changed(known.record),
      records: () => this.records(),
      record: (id) => this.known.get(id)?.record ?? null,
      begin: (child) => this.begin(child),
      cancel: async (id) => this.drivers.get(id)?.cancel(),
    })
    this.drivers.set(known.record.id, driver)
    void driver.start().catch((error: unknown) => context.log.error({ err: error, run: known.record.id }, 'run'))
  }

  private changed(record: RunRecordBody): void {
    const { observer, context } = this.deps
    if (isOver(record)) {
      this.drivers.delete(record.id)
      feedFacts(observer, this.records(), record.nodes)
      const seconds = (Date.parse(record.finishedAt ?? record.createdAt) - Date.parse(record.createdAt)) / 1_000
      context.metrics.collector(`${record.kind}Runs`, record.state === 'succeeded', Math.max(0, seconds))
    }
    const search = record.parent === null ? undefined : this.drivers.get(record.parent)
    if (search instanceof SearchDriver) search.wake()
    for (const node of record.nodes) observer.model.markDirty(node)
    for (const listener of this.listeners)
      listener({ revision: observer.recorder.revision(), topics: ['runs'], nodes: [...record.nodes] })
  }

  /** Hands results out again where a node changed under them: another boot, driver or firmware makes them stale. */
  private feedChanged(): void {
    const { observer } = this.deps
    const changed: string[] = []
    for (const node of new Set(this.records().flatMap((record) => record.nodes))) {
      const identity = identityOf(observer, node)
      const counts = this.records().map((record) => staleReason(record, node, identity) === null)
      const has = ['ncclRuns', 'rdmaRuns'].map((fact) => observer.model.nodeFact(node, fact)?.status === 'ok')
      const key = JSON.stringify([counts, has, observer.model.nodes().includes(node)])
      if (this.fed.get(node) === key) continue
      this.fed.set(node, key)
      changed.push(node)
    }
    if (changed.length > 0) feedFacts(observer, this.records(), changed)
  }
}

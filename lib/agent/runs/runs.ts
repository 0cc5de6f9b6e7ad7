import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { NcclReader } from '@/collectors/run/nccl-tests/reader'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { AgentContext } from '@/lib/agent/compose'
import type { Observer } from '@/lib/agent/observer/observer'
import type { Actor, Change, Lifecycle, RunsPort } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import { loadRunLog, loadRunRows, loadRuns } from '@/lib/agent/store/runs'
import { checks } from '@/lib/checks/index.gen'
import type { NodePage } from '@/lib/contract/api'
import type { PlanResponse, Run } from '@/lib/contract/runs'
import type { ProvingRun } from '@/lib/engine/proof'
import { expectedAllReduce } from '@/lib/expected/nccl'
import type { LevelId } from '@/lib/levels'
import { redact } from '@/lib/redact'
import { type Candidate, candidatesOf } from '@/lib/runs/candidates'
import { judgeRun } from '@/lib/runs/judge-run'
import { PRESETS } from '@/lib/runs/presets'
import { RunDriver, saveRecord } from './driver'
import { feedFacts, provingRun } from './facts'
import { type RunObjects, runObjects } from './objects'
import { guardOf, makePlan, problemOf } from './planner'
import { type KeptPlan, Plans } from './plans'
import { readProgram } from './program'
import { isOver, type RunRecordBody, runRecord, toRun } from './record'

export interface RunsDeps {
  context: Pick<AgentContext, 'config' | 'store' | 'clock' | 'log'>
  /** The runner's own identity; null: runs are off. */
  kube: KubeTransport | null
  kubeProblem: string | null
  observer: Observer
}

/** Benchmark runs: planned, confirmed once, driven to a cleaned-up end, adopted after a restart. */
export class Runs implements RunsPort, Lifecycle {
  private readonly plans = new Plans()
  private readonly drivers = new Map<string, RunDriver>()
  private readonly known = new Map<string, { record: RunRecordBody; manifest: string }>()
  private readonly listeners = new Set<(change: Change) => void>()
  private readonly objects: RunObjects | null
  private starting = false

  constructor(private readonly deps: RunsDeps) {
    this.objects = deps.kube ? runObjects(deps.kube, deps.context.config.runs.namespace) : null
  }

  /** Adopts every run that had not ended (F-69), and hands results to the nodes. */
  async open(): Promise<void> {
    for (const stored of await loadRuns(this.deps.context.store.db, runRecord)) {
      this.known.set(stored.id, { record: stored.body, manifest: stored.manifest })
      if (!isOver(stored.body)) this.drive(stored.body, stored.manifest)
    }
    this.feed([...new Set(this.records().flatMap((record) => record.nodes))])
  }

  /** Runs go on in the cluster; the next start adopts them. */
  async close(): Promise<void> {
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
    return known ? toRun(known.record, await this.rowsOf(id)) : null
  }

  async log(id: string, after: number) {
    const known = this.known.get(id)
    if (!known) return null
    const lines = await loadRunLog(this.deps.context.store.db, id, after)
    const next = (lines.at(-1)?.number ?? after - 1) + 1
    return { from: after, lines: lines.map((line) => line.line), next, complete: isOver(known.record) }
  }

  async manifest(id: string) {
    const known = this.known.get(id)
    return known ? { manifest: known.manifest, hash: known.record.hash } : null
  }

  async plan(options: Parameters<RunsPort['plan']>[0], by: Actor): Promise<PlanResponse> {
    const candidates = this.candidates()
    const { config, clock } = this.deps.context
    const image = config.runs.images.nccl
    const problem = this.whyOff() ?? problemOf(options, candidates, config.runs)
    if (problem !== null || !image) return { candidates, plan: null, problem }
    const { nodes, nads } = this.facts()
    const profile = this.deps.observer.model.profile(options.nodes[0] ?? '')
    const planned = makePlan({
      options,
      candidates,
      nodes,
      nads,
      profile,
      config: config.runs,
      image,
      now: clock.now(),
      ...readProgram(),
    })
    this.plans.keep({ ...planned, by: by.user, preset: options.preset })
    return { candidates, plan: planned.plan, problem: null }
  }

  /** Starts a confirmed plan: right hash, same person, not expired, used once, guards asked again (SEC-51). */
  async start(confirm: Parameters<RunsPort['start']>[0], by: Actor): Promise<Run> {
    const kept = this.plans.take(confirm.planId)
    const { clock, config } = this.deps.context
    if (!kept || kept.by !== by.user || Date.parse(kept.plan.expiresAt) < clock.now().getTime())
      throw refuse('plan-expired')
    if (kept.plan.hash !== confirm.hash) throw refuse('plan-changed')
    if (this.whyOff() !== null || !this.objects) throw refuse('runs-disabled')
    const active = this.records().filter((record) => !isOver(record))
    const overlaps = active.some((record) => record.nodes.some((node) => kept.plan.nodes.includes(node)))
    if (this.starting || overlaps || active.length >= config.runs.concurrent) throw refuse('guard-failed')
    const guard = guardOf(
      kept.plan,
      this.candidates(),
      kept.plan.guard.find((each) => each.id === 'rails' && !each.ok)?.text ?? null,
    )
    const mayOverride = confirm.override === true && by.role === 'admin'
    if (guard.some((each) => !each.ok && !(each.overridable && mayOverride))) throw refuse('guard-failed')
    this.starting = true
    try {
      return await this.launch(kept, by)
    } finally {
      this.starting = false
    }
  }

  async cancel(id: string): Promise<Run> {
    const known = this.known.get(id)
    if (!known) throw refuse('no-such-run', { run: id })
    await this.drivers.get(id)?.cancel()
    return toRun(known.record, await this.rowsOf(id))
  }

  /** Levels a run is testing on a node now. */
  runningLevels(node: string): readonly LevelId[] {
    return this.records().some((record) => !isOver(record) && record.nodes.includes(node)) ? ['nccl'] : []
  }

  proof(node: string): ProvingRun | null {
    return provingRun(
      this.records(),
      node,
      this.deps.observer.recorder.report(node)?.bootId ?? null,
      this.deps.context.clock.now(),
    )
  }

  async runsOf(node: string): Promise<NodePage['runs']> {
    return this.records()
      .filter((record) => record.nodes.includes(node))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .slice(0, 10)
      .map(({ id, title, state, finishedAt, sentence }) => ({ id, title, state, finishedAt, sentence }))
  }

  private records(): RunRecordBody[] {
    return [...this.known.values()].map((each) => each.record)
  }

  private async rowsOf(id: string): Promise<Run['rows']> {
    const live = this.drivers.get(id)?.rows() ?? []
    return live.length > 0 ? live : loadRunRows(this.deps.context.store.db, id)
  }

  private whyOff(): string | null {
    const { runs } = this.deps.context.config
    if (!runs.enabled) return 'Runs are switched off in the configuration (runs.enabled).'
    if (!this.deps.kube) return this.deps.kubeProblem ?? 'No cluster is configured.'
    return runs.images.nccl
      ? null
      : 'No benchmark image is configured: set runs.images.nccl in cairn.yaml to an image with PyTorch and NCCL, by digest.'
  }

  /** Facts the planner needs, as the collectors of these ids make them. */
  private facts() {
    const { model } = this.deps.observer
    return {
      nodes: (model.clusterFact('nodes') ?? []) as readonly NodeFact[],
      pods: (model.clusterFact('pods') ?? []) as readonly PodFact[],
      nads: (model.clusterFact('nads') ?? []) as readonly NadFact[],
    }
  }

  private candidates(): Candidate[] {
    const { nodes, pods } = this.facts()
    const { model, recorder } = this.deps.observer
    const fleet = new Set(model.nodes())
    const reports = new Map(recorder.all().map((report) => [report.node, report]))
    return candidatesOf(
      nodes.filter((node) => fleet.has(node.name)),
      pods,
      reports,
    )
  }

  /** Writes the record first, then creates: a crash in between leaves a record that finds the Job, or finds that there is none. */
  private async launch(kept: KeptPlan, by: Actor): Promise<Run> {
    const { plan, input } = kept
    const { clock, store } = this.deps.context
    const now = clock.now()
    const record: RunRecordBody = {
      id: input.runId,
      title: `${PRESETS[kept.preset].title}: ${plan.nodes.join(', ')}`,
      preset: kept.preset,
      state: 'starting',
      phase: 'created',
      waiting: null,
      nodes: plan.nodes,
      gpusPerNode: plan.gpusPerNode,
      rails: input.rails.length,
      image: plan.image,
      namespace: plan.namespace,
      by: by.user,
      createdAt: now.toISOString(),
      startedAt: null,
      finishedAt: null,
      deadlineAt: new Date(now.getTime() + plan.deadlineSec * 1_000).toISOString(),
      expected: plan.expected,
      verdict: null,
      sentence: null,
      facts: [],
      firstError: null,
      cleanup: null,
      hash: plan.hash,
      jobUid: null,
      bootIds: Object.fromEntries(
        plan.nodes
          .flatMap((node) => [[node, this.deps.observer.recorder.report(node)?.bootId]])
          .filter(([, boot]) => boot),
      ),
      ending: null,
      result: null,
      logLines: 0,
    }
    this.known.set(record.id, { record, manifest: plan.manifest })
    await saveRecord(store, record, plan.manifest)
    const created = (await this.objects?.create(input)) ?? { problem: 'runs are off' }
    if ('uid' in created) record.jobUid = created.uid
    else
      Object.assign(record, {
        ending: 'failed',
        sentence: created.problem,
        firstError: created.problem,
        verdict: 'unknown',
        state: 'cleaning',
      })
    await saveRecord(store, record, plan.manifest)
    this.drive(record, plan.manifest)
    this.changed(record)
    return toRun(record, [])
  }

  private drive(record: RunRecordBody, manifest: string): void {
    const { kube, context } = this.deps
    if (!kube || !this.objects) return
    const driver = new RunDriver(record, manifest, {
      kube,
      objects: this.objects,
      store: context.store,
      now: () => context.clock.now(),
      redact,
      judge: (run, reader) => this.judge(run, reader),
      onChange: () => this.changed(record),
      onError: (error) => context.log.error({ err: error, run: record.id }, 'run'),
    })
    this.drivers.set(record.id, driver)
    driver.start()
  }

  private changed(record: RunRecordBody): void {
    if (isOver(record)) {
      this.drivers.delete(record.id)
      this.feed(record.nodes)
    }
    const { observer } = this.deps
    for (const node of record.nodes) observer.model.markDirty(node)
    for (const listener of this.listeners)
      listener({ revision: observer.recorder.revision(), topics: ['runs'], nodes: [...record.nodes] })
  }

  private feed(nodes: readonly string[]): void {
    feedFacts(this.deps.observer, this.records(), nodes)
  }

  private judge(record: RunRecordBody, reader: NcclReader) {
    const facts = reader.facts()
    const profile = this.deps.observer.model.profile(record.nodes[0] ?? '')
    const result: NcclRunResult = {
      ...facts,
      test: 'nccl',
      runId: record.id,
      finishedAt: this.deps.context.clock.now().toISOString(),
      requestedNodes: record.nodes,
      nodeByHost: {},
      gpusPerNode: record.gpusPerNode,
      hcasAllocatedPerPod: record.nodes.length > 1 && record.rails > 0 ? record.rails : null,
      image: record.image,
      preset: record.preset,
      outcome: outcomeOf(record, facts.complete),
      sharpRequested: null,
      rail: null,
    }
    const expected = expectedAllReduce({
      profile,
      gpuModel: facts.gpuModel,
      nodes: record.nodes.length,
      gpusPerNode: record.gpusPerNode,
      rails: record.rails || null,
      railRateGbps: profile?.railRateGbps?.value ?? null,
      sharp: facts.sharp,
      ringForced: false,
    })
    const firstError = facts.firstCause?.line ?? null
    return {
      ...judgeRun(result, checks, profile, expected),
      result,
      firstError,
    }
  }
}

function outcomeOf(record: RunRecordBody, complete: boolean): NcclRunResult['outcome'] {
  if (record.ending === 'succeeded') return complete ? 'succeeded' : 'cut'
  if (record.ending === 'cancelled') return 'cancelled'
  return record.ending === 'failed' ? 'failed' : 'cut'
}

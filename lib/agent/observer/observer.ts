import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { AccessReview, KubeTransport } from '@/collectors/transport/kube/types'
import type { NodeTarget, NodeTransport, Section } from '@/collectors/transport/types'
import type { Config } from '@/lib/agent/config-schema'
import type { Clock } from '@/lib/agent/ports'
import type { Store } from '@/lib/agent/store/open'
import { loadReports } from '@/lib/agent/store/reports'
import { compareNodes } from '@/lib/engine/compare-nodes'
import { Model, type Registry } from '@/lib/engine/model'
import type { ProvingRun } from '@/lib/engine/proof'
import type { LevelId } from '@/lib/levels'
import type { Profile } from '@/lib/profile'
import type { ResourceState } from '@/lib/reach'
import { clusterFeed } from './cluster-feed'
import { ComponentLogs, LOGS_SEC } from './component-logs'
import { FleetNodes } from './fleet-nodes'
import { nodeCollectors, type Redact, sectionsOf } from './intake'
import { NodeObjects, nodeFact } from './node-facts'
import { NodeIntake } from './node-intake'
import { type NodeWatch, Watches } from './node-watch'
import { ProfileChooser } from './profiles'
import { reachFacts, resourceStates } from './reach-facts'
import { Recorder } from './recorder'
import { Sweeper } from './sweeper'
import { type TraitSources, traitsOf } from './traits'

export interface ObserverDeps {
  config: Config
  registry: Registry
  profiles: readonly Profile[]
  kube: KubeTransport | null
  /** Why there is no Kubernetes although one is wanted. */
  kubeProblem: string | null
  ssh: NodeTransport | null
  sshProblem: string | null
  store: Store
  redact: Redact
  clock: Clock
  /** Monotonic milliseconds; for tests. */
  steadyMs?(): number
  onError(error: unknown): void
  onChange(nodes: readonly string[]): void
  running(node: string): readonly LevelId[]
  proof(node: string): ProvingRun | null
  /** A collector ran (DESIGN §6). */
  collected?(collector: string, ok: boolean, seconds: number): void
  /** A node is about to be connected to (SEC-30). */
  contacting?(target: NodeTarget): void
}

/** How often slow reads (firmware tools), the access review and the look at everybody's age are repeated, seconds. */
const SLOW_SEC = 600
const REVIEW_SEC = 600
const REACH_SEC = 15
const COMPARE_MS_PER_NODE = 10
/** Restored reports stay as they are until every collection has answered once, at most so long: half a view would be a false alarm. */
const WARM_UP_MS = 20_000

/** Ties transports, model and store together: what comes in becomes facts, facts become reports. */
export class Observer {
  readonly model: Model
  readonly recorder: Recorder
  readonly sweeper: Sweeper | null
  private readonly steadyMs: () => number
  private readonly objects: NodeObjects
  private readonly watches = new Watches()
  private readonly intake: NodeIntake
  private readonly fleet: FleetNodes
  private readonly sections: readonly Section[]
  private readonly abort = new AbortController()
  private readonly timers: NodeJS.Timeout[] = []
  private readonly restoring = new Set<string>()
  private background: Promise<void> = Promise.resolve()
  private startedMs = 0
  private nodesChanged = false
  private reachChanged = true
  private fleetChanged = true
  private comparedMs = Number.NEGATIVE_INFINITY
  private ticking = false
  private lastReview: AccessReview | null = null
  private logs: ComponentLogs | null = null
  private heard: string | null = null

  constructor(readonly deps: ObserverDeps) {
    const { registry, clock, store, config, ssh } = deps
    // One listener for each watched collection.
    setMaxListeners(0, this.abort.signal)
    this.steadyMs = deps.steadyMs ?? (() => performance.now())
    const collected = (id: string, ok: boolean, seconds: number) => deps.collected?.(id, ok, seconds)
    this.model = new Model(registry)
    this.objects = new NodeObjects(this.model)
    this.sections = sectionsOf(nodeCollectors(registry.collectors))
    this.recorder = new Recorder({
      model: this.model,
      db: store.db,
      clock,
      steadyMs: this.steadyMs,
      running: deps.running,
      proof: deps.proof,
      ready: (node) => this.isReady(node),
      unread: (node) => !(this.watches.get(node)?.read ?? false) && this.recorder.report(node)?.stale === true,
      onChange: deps.onChange,
      onError: deps.onError,
    })
    this.intake = new NodeIntake({
      model: this.model,
      db: store.db,
      watches: this.watches,
      collectors: registry.collectors,
      redact: deps.redact,
      clock,
      steadyMs: this.steadyMs,
      nodeObject: (name) => this.objects.get(name),
      onFacts: (name) => this.factsOf(name),
      onVoid: (name) => this.sweeper?.soon(name),
      collected,
    })
    this.sweeper = ssh
      ? new Sweeper({
          transport: ssh,
          clock,
          steadyMs: this.steadyMs,
          sections: (lane) => this.sections.filter((section) => section.read.lane === lane),
          everySec: { fast: config.ssh.sweepMinutes * 60, slow: SLOW_SEC },
          onContact: (target) => deps.contacting?.(target),
          onResult: async (result) => {
            await this.intake.receive(result)
            this.refreshReach([result.node])
            this.fleetChanged = true
          },
          onProgress: () => deps.onChange([]),
          onError: deps.onError,
        })
      : null
    this.fleet = new FleetNodes({
      config,
      collectors: registry.collectors,
      model: this.model,
      objects: this.objects,
      watches: this.watches,
      recorder: this.recorder,
      sweeper: this.sweeper,
      sshProblem: deps.sshProblem,
      profiles: new ProfileChooser(deps.profiles, config.profiles.overrides),
      now: () => clock.now().toISOString(),
    })
  }

  async start(): Promise<void> {
    this.startedMs = this.steadyMs()
    await this.restore()
    const { kube, registry } = this.deps
    if (kube) {
      const watched = registry.collectors.flatMap((collector) =>
        collector.via === 'kube' ? [{ id: collector.id, read: collector.read }] : [],
      )
      const feed = clusterFeed(this.model, {
        steadyMs: this.steadyMs,
        collected: (id, ok, seconds) => this.deps.collected?.(id, ok, seconds),
        onNodes: () => {
          this.nodesChanged = true
        },
        onState: () => {
          this.reachChanged = true
        },
      })
      kube.watch(watched, feed, this.abort.signal)
      const logs = new ComponentLogs({
        kube,
        collectors: registry.collectors,
        model: this.model,
        reports: () => this.recorder.all(),
        redact: this.deps.redact,
        clock: this.deps.clock,
        steadyMs: this.steadyMs,
        collected: (id, ok, seconds) => this.deps.collected?.(id, ok, seconds),
      })
      this.logs = logs
      this.every(LOGS_SEC, () => logs.read(this.abort.signal))
      this.every(REVIEW_SEC, () => this.reviewAccess())
    }
    this.every(1, () => this.tick())
    this.every(REACH_SEC, async () => {
      this.reachChanged = true
    })
    this.recorder.start()
    this.sweeper?.start()
  }

  async stop(): Promise<void> {
    this.abort.abort()
    for (const timer of this.timers) clearInterval(timer)
    await this.sweeper?.stop()
    await this.background
    await this.recorder.stop()
  }

  review(): AccessReview | null {
    return this.lastReview
  }

  watch(node: string): NodeWatch | undefined {
    return this.watches.get(node)
  }

  resources(): ResourceState[] {
    return resourceStates(this.deps.registry.collectors, (id) => this.model.collection(id))
  }

  /** When the API server was last heard of, ISO; null: never since the start. */
  heardAt(): string | null {
    return this.heard
  }

  /** Everything known of a node for grouping and headers. */
  sources(node: string): TraitSources {
    return {
      node: this.objects.get(node),
      host: nodeFact(this.model, node, 'host'),
      infiniband: nodeFact(this.model, node, 'infiniband'),
      kernel: nodeFact(this.model, node, 'kernel'),
      profile: this.model.profile(node)?.id ?? null,
    }
  }

  private every(seconds: number, work: () => Promise<void>): void {
    const run = () => void work().catch((error: unknown) => this.deps.onError(error))
    run()
    this.timers.push(setInterval(run, seconds * 1_000))
  }

  /** The last known fleet at once: reports as they were, marked stale; the evidence to judge them from follows, node by node. */
  private async restore(): Promise<void> {
    const reports = await loadReports(this.deps.store.db)
    this.recorder.restore(reports)
    for (const { node } of reports) this.restoring.add(node)
    this.background = this.restoreEvidence(reports.map((report) => report.node)).catch((error: unknown) =>
      this.deps.onError(error),
    )
  }

  private async restoreEvidence(nodes: readonly string[]): Promise<void> {
    for (const node of nodes) {
      if (this.abort.signal.aborted) return
      try {
        await this.intake.restore(node)
      } finally {
        this.restoring.delete(node)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private isReady(node: string): boolean {
    if (this.restoring.has(node)) return false
    if (this.recorder.report(node)?.stale !== true || this.steadyMs() - this.startedMs > WARM_UP_MS) return true
    return this.deps.registry.collectors.every(
      (collector) => collector.via !== 'kube' || this.model.collection(collector.id) !== undefined,
    )
  }

  private async tick(): Promise<void> {
    if (this.ticking) return
    this.ticking = true
    try {
      if (this.nodesChanged && this.model.collection('nodes')?.status === 'ok') {
        this.nodesChanged = false
        this.reachChanged = true
        this.fleetChanged = true
        if (await this.fleet.update()) {
          this.logs?.due()
          void this.logs?.read(this.abort.signal).catch((error: unknown) => this.deps.onError(error))
        }
      }
      if (this.reachChanged) {
        this.reachChanged = false
        this.refreshReach(this.model.nodes())
      }
      this.compare()
    } finally {
      this.ticking = false
    }
  }

  /** Compares the nodes with each other: at once in a small fleet, in a large one now and then (every node's answer may change it). */
  private compare(): void {
    const nodes = this.model.nodes()
    if (!this.fleetChanged || this.steadyMs() - this.comparedMs < nodes.length * COMPARE_MS_PER_NODE) return
    this.fleetChanged = false
    this.comparedMs = this.steadyMs()
    this.model.setFleet(compareNodes(nodes.map((node) => traitsOf(node, this.sources(node)))))
  }

  private factsOf(name: string): void {
    const node = this.objects.get(name)
    if (node) this.fleet.updateProfile(node)
  }

  private refreshReach(nodes: readonly string[]): void {
    const { kube, kubeProblem, clock } = this.deps
    const resources = this.resources()
    if (resources.some((resource) => resource.status === 'ok')) this.heard = clock.now().toISOString()
    const now = { now: clock.now().toISOString(), steadyMs: this.steadyMs() }
    for (const node of nodes) {
      const watch = this.watches.get(node)
      if (!watch || !this.model.has(node)) continue
      const facts = this.model.ownFacts(node)
      const { sections, lastReview: review } = this
      this.model.setReach(node, reachFacts({ watch, sections, resources, kube, kubeProblem, review, facts, now }))
    }
  }

  private async reviewAccess(): Promise<void> {
    const wanted = this.deps.registry.collectors.flatMap((collector) =>
      collector.via === 'kube'
        ? [{ group: collector.read.group, resource: collector.read.plural, verbs: ['list', 'watch'] }]
        : [],
    )
    this.lastReview = (await this.deps.kube?.review(wanted)) ?? null
    this.reachChanged = true
  }
}

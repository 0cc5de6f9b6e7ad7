import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { HostFacts } from '@/collectors/node/host/parse'
import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import type { MstconfigFacts } from '@/collectors/node/mstconfig/facts'
import type { AccessReview, KubeTransport } from '@/collectors/transport/kube/types'
import type { NodeTarget, NodeTransport, SweepResult } from '@/collectors/transport/types'
import type { Config } from '@/lib/agent/config-schema'
import type { Clock } from '@/lib/agent/ports'
import { loadEvidence, saveEvidence } from '@/lib/agent/store/evidence'
import type { Store } from '@/lib/agent/store/open'
import { forgetNode, loadReports } from '@/lib/agent/store/reports'
import { chooseProfile } from '@/lib/engine/choose-profile'
import { compareNodes } from '@/lib/engine/compare-nodes'
import { isFabricNode } from '@/lib/engine/fabric-node'
import type { FactState } from '@/lib/engine/fact-state'
import { Model, type Registry } from '@/lib/engine/model'
import type { ProvingRun } from '@/lib/engine/proof'
import type { LevelId } from '@/lib/levels'
import type { Profile } from '@/lib/profile'
import type { Evidence } from '@/lib/read'
import { clusterFeed } from './cluster-feed'
import { discardReason } from './history'
import { type AnyNodeCollector, factOf, nodeCollectors, type Redact, sectionsOf, toEvidence } from './intake'
import { updateLedger } from './ledger'
import { logCollectors, readLogs } from './log-reader'
import { type NodeWatch, newWatch, reachFacts, resourceStates } from './reach-facts'
import { Recorder } from './recorder'
import { Sweeper } from './sweeper'
import { applies, targetOf } from './targets'
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
  onError(error: unknown): void
  onChange(nodes: readonly string[]): void
  running(node: string): readonly LevelId[]
  proof(node: string): ProvingRun | null
}

/** How often slow reads (firmware tools), logs and the access review are repeated, seconds. */
const SLOW_SEC = 600
/** A component log is read sooner while something is wrong in a fleet small enough for it (G-16: few requests a second). */
const LOGS_SEC = 20
const CALM_LOGS_SEC = 120
const SMALL_FLEET = 16
const REVIEW_SEC = 600

/** Ties transports, model and store together: what comes in becomes facts, facts become reports. */
export class Observer {
  readonly model: Model
  readonly recorder: Recorder
  readonly sweeper: Sweeper | null
  private readonly collectors: readonly AnyNodeCollector[]
  private readonly watches = new Map<string, NodeWatch>()
  private readonly abort = new AbortController()
  private readonly timers: NodeJS.Timeout[] = []
  private nodesChanged = false
  private reachChanged = true
  private lastReview: AccessReview | null = null
  private readingLogs = false
  private logsReadAt = 0

  constructor(readonly deps: ObserverDeps) {
    this.model = new Model(deps.registry)
    this.collectors = nodeCollectors(deps.registry.collectors)
    this.recorder = new Recorder({
      model: this.model,
      db: deps.store.db,
      clock: deps.clock,
      running: deps.running,
      proof: deps.proof,
      unread: (node) => !(this.watches.get(node)?.read ?? false) && this.recorder.report(node)?.stale === true,
      onChange: deps.onChange,
      onError: deps.onError,
    })
    const { ssh } = deps
    this.sweeper = ssh
      ? new Sweeper({
          transport: ssh,
          clock: deps.clock,
          sections: (lane) => sectionsOf(this.collectors, lane),
          everySec: { fast: deps.config.ssh.sweepMinutes * 60, slow: SLOW_SEC },
          onResult: (result) => this.receive(result),
          onProgress: () => deps.onChange([]),
          onError: deps.onError,
        })
      : null
  }

  async start(): Promise<void> {
    await this.restore()
    const { kube } = this.deps
    if (kube) {
      const watched = this.deps.registry.collectors.flatMap((collector) =>
        collector.via === 'kube' ? [{ id: collector.id, read: collector.read }] : [],
      )
      const feed = clusterFeed(this.model, {
        onNodes: () => {
          this.nodesChanged = true
        },
        onState: () => {
          this.reachChanged = true
        },
      })
      kube.watch(watched, feed, this.abort.signal)
      this.every(LOGS_SEC, () => this.readComponentLogs())
      this.every(REVIEW_SEC, () => this.reviewAccess())
    }
    this.every(1, async () => this.tick())
    this.every(15, async () => {
      this.reachChanged = true
    })
    this.recorder.start()
    this.sweeper?.start()
  }

  async stop(): Promise<void> {
    this.abort.abort()
    for (const timer of this.timers) clearInterval(timer)
    await this.sweeper?.stop()
    await this.recorder.stop()
  }

  review(): AccessReview | null {
    return this.lastReview
  }

  watch(node: string): NodeWatch | undefined {
    return this.watches.get(node)
  }

  resources() {
    return resourceStates(this.deps.registry.collectors, (id) => this.model.collection(id))
  }

  /** Everything known of a node for grouping and headers. */
  sources(node: string): TraitSources {
    return {
      node: this.nodeByName().get(node) ?? null,
      host: this.value<HostFacts>(node, 'host'),
      infiniband: this.value<InfinibandFacts>(node, 'infiniband'),
      profile: this.model.profile(node)?.id ?? null,
    }
  }

  /** A node fact by id. The type is the collector's: ids and types are paired in its file. */
  private value<T>(node: string, id: string): T | null {
    const fact = this.model.nodeFact(node, id)
    return fact?.status === 'ok' ? (fact.value as T) : null
  }

  private nodeFacts(): readonly NodeFact[] {
    return (this.model.clusterFact('nodes') as readonly NodeFact[] | undefined) ?? []
  }

  private byName: { of: readonly NodeFact[]; map: ReadonlyMap<string, NodeFact> } = { of: [], map: new Map() }

  /** Node objects by name; made again only when the collection changed. */
  private nodeByName(): ReadonlyMap<string, NodeFact> {
    const nodes = this.nodeFacts()
    if (this.byName.of !== nodes) this.byName = { of: nodes, map: new Map(nodes.map((node) => [node.name, node])) }
    return this.byName.map
  }

  private every(seconds: number, work: () => Promise<void>): void {
    const run = () => void work().catch((error: unknown) => this.deps.onError(error))
    run()
    this.timers.push(setInterval(run, seconds * 1_000))
  }

  /** The last known fleet at once: reports as they were, marked stale, and the evidence to judge them from. */
  private async restore(): Promise<void> {
    const reports = await loadReports(this.deps.store.db)
    this.recorder.restore(reports)
    for (const report of reports) {
      const watch = this.watchOf(report.node)
      for (const one of await loadEvidence(this.deps.store.db, report.node)) watch.evidence.set(one.id, one)
      this.refreshFacts(report.node, this.collectors)
    }
    if (!this.deps.kube && reports.length > 0) this.model.setNodes(reports.map((report) => report.node))
  }

  private async tick(): Promise<void> {
    if (this.nodesChanged && this.model.collection('nodes')?.status === 'ok') {
      this.nodesChanged = false
      await this.updateNodes()
    }
    if (!this.reachChanged) return
    this.reachChanged = false
    for (const node of this.model.nodes()) this.refreshReach(node)
    this.model.setFleet(compareNodes(this.model.nodes().map((node) => traitsOf(node, this.sources(node)))))
  }

  /** Who is part of the fleet, where each is reached, which profile each has. */
  private async updateNodes(): Promise<void> {
    const states = this.model.clusterFact('nodeStates')
    const withState = new Set(
      Array.isArray(states)
        ? states.map((state: { node?: string; name?: string }) => state.node ?? state.name ?? '')
        : [],
    )
    const fabric = this.nodeFacts().filter((node) => isFabricNode(node, withState))
    const known = this.model.nodes().length
    this.model.setNodes(fabric.map((node) => node.name))
    if (known !== fabric.length) this.logsReadAt = 0
    if (known !== fabric.length) void this.readComponentLogs().catch((error: unknown) => this.deps.onError(error))
    const targets = new Map<string, NodeTarget>()
    for (const node of fabric) {
      const answer = this.deps.ssh
        ? targetOf(node, this.deps.config.ssh)
        : { off: this.deps.sshProblem ?? 'SSH is not configured' }
      const watch = this.watchOf(node.name)
      if ('target' in answer) {
        targets.set(node.name, answer.target)
        watch.address = answer.target.address
        watch.user = answer.target.user
        watch.off = null
      } else this.switchOff(node.name, watch, answer.off)
      this.updateProfile(node)
      this.withoutRuns(node.name)
    }
    this.sweeper?.setTargets(targets)
    for (const gone of this.recorder.keepOnly(new Set(fabric.map((node) => node.name)))) {
      this.watches.delete(gone)
      await forgetNode(this.deps.store.db, gone)
    }
    this.reachChanged = true
  }

  private switchOff(node: string, watch: NodeWatch, why: string): void {
    if (watch.off === why) return
    watch.off = why
    watch.read = true
    for (const collector of this.collectors)
      this.model.setNodeFact(node, collector.id, { status: 'unreachable', reason: why, at: null, refs: [] })
  }

  /** Runs hand their facts in when they end (lib/agent/runs/facts.ts); until then there is none, for the node and for the cluster. */
  private withoutRuns(node: string): void {
    for (const collector of this.deps.registry.collectors) {
      if (collector.via !== 'run') continue
      const reason = 'no run yet'
      const refs = [{ id: `${collector.id}.run`, via: 'run' as const, status: 'absent' as const, at: null, reason }]
      const none: FactState = { status: 'absent', reason, at: null, refs }
      if (!this.model.nodeFact(node, collector.id)) this.model.setNodeFact(node, collector.id, none)
      if (!this.model.otherClusterFact(collector.id)) this.model.setClusterFact(collector.id, none)
    }
  }

  private updateProfile(node: NodeFact): void {
    const override = this.deps.config.profiles.overrides.findLast((rule) => applies(rule, node))
    const product = this.value<HostFacts>(node.name, 'host')?.product ?? null
    const chosen = override?.use
      ? (this.deps.profiles.find((profile) => profile.id === override.use) ?? null)
      : chooseProfile(this.deps.profiles, { product, gpuProduct: node.labels['nvidia.com/gpu.product'] ?? null })
    this.model.setProfile(
      node.name,
      chosen && override?.set ? overridden(chosen, override.set, override.reason) : chosen,
    )
  }

  /** Takes one pass over a node: evidence is stored before facts change, so that what is judged can be shown. */
  private async receive(result: SweepResult): Promise<void> {
    const watch = this.watchOf(result.node)
    watch.reach = result.reach
    watch.failures = result.reach.ok ? 0 : watch.failures + 1
    watch.discarded = discardReason(result, this.sources(result.node).node?.machineId ?? null)
    watch.read = true
    if (result.identity?.clockIso)
      watch.clockSkewSec = (Date.parse(result.identity.clockIso) - Date.parse(result.startedAt)) / 1_000
    if (watch.discarded === null) await this.take(result, watch)
    this.refreshReach(result.node)
    this.reachChanged = true
  }

  private async take(result: SweepResult, watch: NodeWatch): Promise<void> {
    const scripts = new Map(sectionsOf(this.collectors).map((section) => [section.id, section.read.script]))
    const evidence: Evidence[] = []
    for (const [id, raw] of Object.entries(result.sections)) {
      // What a node said before stays, with its age, when it cannot be reached now.
      if (raw.status === 'unreachable' && watch.evidence.has(id)) continue
      evidence.push(toEvidence(result, id, raw, scripts.get(id) ?? '', this.deps.redact))
    }
    await saveEvidence(this.deps.store.db, result.node, evidence)
    for (const one of evidence) watch.evidence.set(one.id, one)
    const touched = this.collectors.filter((collector) => evidence.some((one) => one.id.startsWith(`${collector.id}.`)))
    this.refreshFacts(result.node, touched)
    const node = this.sources(result.node).node
    if (node) this.updateProfile(node)
    if (result.identity?.bootId) await this.writeLedger(result, result.identity.bootId)
  }

  private refreshFacts(node: string, collectors: readonly AnyNodeCollector[]): void {
    const { evidence } = this.watchOf(node)
    for (const collector of collectors) {
      const fact = factOf(collector, evidence)
      if (fact) this.model.setNodeFact(node, collector.id, fact)
    }
  }

  private async writeLedger(result: SweepResult, bootId: string): Promise<void> {
    const host = this.value<HostFacts>(result.node, 'host')
    const firmware = this.value<MstconfigFacts>(result.node, 'nicFirmware')
    const rows = await updateLedger(this.deps.store.db, {
      node: result.node,
      bootId,
      bootedAt: host?.bootedAt ?? null,
      at: result.startedAt,
      firmware,
    })
    for (const collector of this.deps.registry.collectors) {
      if (collector.via !== 'history' || collector.read.what !== 'boots') continue
      const refs = [
        { id: `${collector.id}.history`, via: 'history' as const, status: 'ok' as const, at: result.startedAt },
      ]
      this.model.setNodeFact(result.node, collector.id, {
        status: 'ok',
        value: collector.fold(rows as never),
        at: result.startedAt,
        refs,
      })
    }
  }

  private refreshReach(node: string): void {
    const now = this.deps.clock.now().toISOString()
    this.model.setReach(
      node,
      reachFacts({
        watch: this.watchOf(node),
        sections: sectionsOf(this.collectors),
        resources: this.resources(),
        kube: this.deps.kube,
        kubeProblem: this.deps.kubeProblem,
        review: this.lastReview,
        facts: this.model.table(node, now),
        now,
      }),
    )
  }

  private async readComponentLogs(): Promise<void> {
    const { kube } = this.deps
    const now = this.deps.clock.now().getTime()
    const isUrgent =
      this.model.nodes().length <= SMALL_FLEET && this.recorder.all().some((report) => report.state !== 'pass')
    if (!kube || this.readingLogs || now - this.logsReadAt < (isUrgent ? LOGS_SEC : CALM_LOGS_SEC) * 900) return
    this.readingLogs = true
    this.logsReadAt = now
    try {
      await readLogs(
        logCollectors(this.deps.registry.collectors),
        {
          kube,
          redact: this.deps.redact,
          now: () => this.deps.clock.now().toISOString(),
          suspects: () =>
            new Set(
              this.recorder
                .all()
                .filter((report) => report.state !== 'pass')
                .map((report) => report.node),
            ),
          setNode: (node, fact, state) => this.model.setNodeFact(node, fact, state),
          setCluster: (fact, state) => this.model.setClusterFact(fact, state),
          nodes: () => this.model.nodes(),
        },
        this.abort.signal,
      )
    } finally {
      this.readingLogs = false
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

  private watchOf(node: string): NodeWatch {
    const watch = this.watches.get(node) ?? newWatch()
    this.watches.set(node, watch)
    return watch
  }
}

/** A profile with numbers from the configuration; their source is the reason given there. */
function overridden(profile: Profile, set: Readonly<Record<string, unknown>>, reason: string): Profile {
  const source = `cairn.yaml: ${reason}`
  const values = Object.fromEntries(
    Object.entries(set)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, { value, source }]),
  )
  return { ...profile, ...values }
}

import type { Clock } from '@/lib/agent/ports'
import { saveReports } from '@/lib/agent/store/reports'
import type { Db } from '@/lib/agent/store/schema'
import { appendTransitions, type NodeTransition } from '@/lib/agent/store/transitions'
import type { JudgeMoment, Model } from '@/lib/engine/model'
import type { ProvingRun } from '@/lib/engine/proof'
import type { LevelId } from '@/lib/levels'
import type { JudgedCheck, NodeReport } from '@/lib/report'

export interface RecorderDeps {
  model: Model
  db: Db
  clock: Clock
  /** Levels a run is testing on a node now. */
  running(node: string): readonly LevelId[]
  proof(node: string): ProvingRun | null
  /** True until the node's own reads have arrived once since the start. */
  unread(node: string): boolean
  onChange(nodes: readonly string[]): void
  onError(error: unknown): void
}

/** Debounce between a changed fact and its verdicts, milliseconds. */
const DEBOUNCE_MS = 250
/** Nodes judged before the event loop gets a turn. */
const BATCH = 50
/** Everything is judged again this often, so that what is not refreshed goes stale on time. */
const RECHECK_MS = 30_000

/**
 * Judges dirty nodes, stores what changed (2xx and events only after commit), and keeps the latest report of every node in memory.
 */
export class Recorder {
  private readonly reports = new Map<string, NodeReport>()
  private readonly prints = new Map<string, string>()
  private readonly gone = new Map<string, number>()
  private revisionNumber = 0
  private timer: NodeJS.Timeout | null = null
  private recheck: NodeJS.Timeout | null = null
  private working: Promise<void> = Promise.resolve()

  constructor(private readonly deps: RecorderDeps) {}

  /** Shows the last known fleet at once, marked stale, before anything is read (DESIGN §6). */
  restore(reports: readonly NodeReport[]): void {
    for (const report of reports) {
      this.reports.set(report.node, { ...report, stale: true })
      this.revisionNumber = Math.max(this.revisionNumber, report.revision)
    }
    this.revisionNumber += 1
  }

  start(): void {
    this.timer = setInterval(() => this.kick(), DEBOUNCE_MS)
    this.recheck = setInterval(() => {
      for (const node of this.deps.model.nodes()) this.deps.model.markDirty(node)
    }, RECHECK_MS)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    if (this.recheck) clearInterval(this.recheck)
    await this.working
  }

  revision(): number {
    return this.revisionNumber
  }

  report(node: string): NodeReport | undefined {
    return this.reports.get(node)
  }

  all(): readonly NodeReport[] {
    return [...this.reports.values()]
  }

  /** Nodes that left after a revision. */
  removedSince(revision: number): readonly string[] {
    return [...this.gone].filter(([, at]) => at > revision).map(([node]) => node)
  }

  /** Drops nodes that are no longer part of the fleet. */
  keepOnly(names: ReadonlySet<string>): readonly string[] {
    const left = [...this.reports.keys()].filter((name) => !names.has(name))
    for (const name of left) {
      this.reports.delete(name)
      this.prints.delete(name)
      this.revisionNumber += 1
      this.gone.set(name, this.revisionNumber)
    }
    if (left.length > 0) this.deps.onChange(left)
    return left
  }

  private busy = false

  private kick(): void {
    if (this.busy) return
    this.busy = true
    this.working = this.drain()
      .catch((error: unknown) => this.deps.onError(error))
      .finally(() => {
        this.busy = false
      })
  }

  private async drain(): Promise<void> {
    const dirty = this.deps.model.takeDirty()
    for (let at = 0; at < dirty.length; at += BATCH) {
      await this.judgeBatch(dirty.slice(at, at + BATCH))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private async judgeBatch(names: readonly string[]): Promise<void> {
    const now = this.deps.clock.now().toISOString()
    const changed: NodeReport[] = []
    const transitions: NodeTransition[] = []
    for (const name of names) {
      const before = this.reports.get(name)
      const judged = this.deps.model.judge(name, this.moment(name, before, now))
      const print = fingerprint(judged)
      if (before && this.prints.get(name) === print) continue
      this.prints.set(name, print)
      this.revisionNumber += 1
      const report: NodeReport = {
        ...judged,
        bootId: judged.bootId ?? before?.bootId ?? null,
        revision: this.revisionNumber,
      }
      changed.push(report)
      if (before) transitions.push(...changesOf(before, report, now))
    }
    if (changed.length === 0) return
    await saveReports(this.deps.db, changed)
    await appendTransitions(this.deps.db, transitions)
    for (const report of changed) {
      this.reports.set(report.node, report)
      this.gone.delete(report.node)
    }
    this.deps.onChange(changed.map((report) => report.node))
  }

  private moment(name: string, before: NodeReport | undefined, now: string): JudgeMoment {
    const previous: Record<string, { state: JudgedCheck['state']; since: string }> = {}
    for (const check of before?.checks ?? [])
      if (check.since) previous[check.id] = { state: check.state, since: check.since }
    return {
      now,
      previous,
      running: this.deps.running(name),
      proof: this.deps.proof(name),
      stale: this.deps.unread(name),
    }
  }
}

/** Equal prints: nothing a person could see has changed, but for the time Kubernetes was last heard of. */
function fingerprint(report: Omit<NodeReport, 'revision'>): string {
  const checks = report.checks.map(
    (check) => `${check.id} ${check.state} ${check.stale ? 1 : 0} ${check.summary} ${check.contradiction ?? ''}`,
  )
  const levels = report.levels.map((level) => level.shown)
  const causes = report.causes.map((cause) => `${cause.signature} ${cause.summary}`)
  return [
    report.state,
    report.headline,
    report.profile,
    report.bootId,
    report.readAt,
    report.stale,
    ...levels,
    ...causes,
    ...checks,
  ].join('\n')
}

/** Verdict changes, and a new boot. What Cairn could not see for a while is not a change of the node: unknown ↔ known is left out. */
function changesOf(before: NodeReport, after: NodeReport, at: string): NodeTransition[] {
  const states = new Map(before.checks.map((check) => [check.id, check.state]))
  const seen = (state: JudgedCheck['state'] | undefined) => state !== undefined && state !== 'unknown'
  const changes = after.checks.flatMap((check): NodeTransition[] => {
    const from = states.get(check.id)
    if (from === check.state || !seen(from) || !seen(check.state)) return []
    return [
      {
        node: after.node,
        at,
        kind: 'verdict',
        level: check.level,
        check: check.id,
        from: from ?? null,
        to: check.state,
        text: check.summary,
      },
    ]
  })
  if (before.bootId && after.bootId && before.bootId !== after.bootId) {
    changes.unshift({
      node: after.node,
      at,
      kind: 'boot',
      level: null,
      check: null,
      from: before.bootId,
      to: after.bootId,
      text: 'The node was booted again',
    })
  }
  return changes
}

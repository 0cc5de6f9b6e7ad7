import type { Clock } from '@/lib/agent/ports'
import { forgetNode, saveReports } from '@/lib/agent/store/reports'
import type { Db } from '@/lib/agent/store/schema'
import type { NodeTransition } from '@/lib/agent/store/transitions'
import type { Previous } from '@/lib/engine/judged-check'
import type { JudgeMoment, Model } from '@/lib/engine/model'
import type { ProvingRun } from '@/lib/engine/proof'
import type { LevelId } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'
import { changesOf, fingerprint } from './changes'

export interface RecorderDeps {
  model: Model
  db: Db
  clock: Clock
  /** Monotonic milliseconds: ages are measured with it. */
  steadyMs(): number
  /** Levels a run is testing on a node now. */
  running(node: string): readonly LevelId[]
  proof(node: string): ProvingRun | null
  /** False while too little was read since the start to judge a node: its last known report stays. */
  ready(node: string): boolean
  /** True until the node's own reads have arrived once since the start. */
  unread(node: string): boolean
  onChange(nodes: readonly string[]): void
  onError(error: unknown): void
}

/** Debounce between a changed fact and its verdicts, milliseconds. */
const DEBOUNCE_MS = 250
/** Nodes judged before the event loop gets a turn. */
const BATCH = 10
/** How often it is looked whether time alone has changed something. */
const AGE_MS = 5_000
/** A store that refused is tried again this often even when nothing changes. */
const RETRY_MS = 5_000
/** Removed nodes and transitions remembered; whoever asks for longer ago gets the whole fleet. */
const MAX_GONE = 5_000
const MAX_UNSAVED = 10_000

/**
 * Judges dirty nodes, stores what changed, and keeps the latest report of every node in memory. Memory and events follow the commit;
 * a store that refuses (disk full) is told and tried again, but freezes no verdict: an old green would be a lie.
 */
export class Recorder {
  private readonly reports = new Map<string, NodeReport>()
  private readonly prints = new Map<string, string>()
  private readonly gone = new Map<string, number>()
  private readonly unsaved = { nodes: new Set<string>(), transitions: [] as NodeTransition[], triedMs: 0 }
  private revisionNumber = 0
  /** What a client of before this revision may have missed is not known any more. */
  private firstRevision = 0
  private timer: NodeJS.Timeout | null = null
  private agedMs = 0
  private busy = false
  /** All work on reports, one after the other: a node is never judged while it is being forgotten. */
  private chain: Promise<unknown> = Promise.resolve()

  constructor(private readonly deps: RecorderDeps) {}

  /**
   * Shows the last known fleet at once, marked stale, before anything is read (DESIGN §6); none of it counts as OK.
   * Revisions go on above everything this or an earlier life can have told a client (I5).
   */
  restore(reports: readonly NodeReport[]): void {
    for (const report of reports) {
      this.reports.set(report.node, lastKnownReport(report))
      this.revisionNumber = Math.max(this.revisionNumber, report.revision)
    }
    this.revisionNumber = Math.max(this.revisionNumber + 1, this.deps.clock.now().getTime())
    this.firstRevision = this.revisionNumber
  }

  start(): void {
    this.timer = setInterval(() => this.kick(), DEBOUNCE_MS)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await this.chain
  }

  revision(): number {
    return this.revisionNumber
  }

  /** True when everything that changed after a revision is known. */
  knows(revision: number): boolean {
    return revision >= this.firstRevision
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

  /** Drops nodes that are no longer part of the fleet, from memory and store. @returns them */
  keepOnly(names: ReadonlySet<string>): Promise<readonly string[]> {
    return this.enqueue(async () => {
      const left = [...this.reports.keys()].filter((name) => !names.has(name))
      for (const name of left) {
        this.drop(name)
        this.revisionNumber += 1
        this.gone.set(name, this.revisionNumber)
      }
      this.boundGone()
      if (left.length > 0) this.deps.onChange(left)
      for (const name of left) await forgetNode(this.deps.db, name)
      return left
    })
  }

  /** Starts a node's history anew: another machine took its name (F-45). */
  startAnew(node: string, transition: NodeTransition): Promise<void> {
    return this.enqueue(async () => {
      this.drop(node)
      await forgetNode(this.deps.db, node)
      await this.commit([], [transition])
    })
  }

  /** Judges what is due now. For tests, and for whoever cannot wait for the timer. */
  async judgeNow(): Promise<void> {
    await this.enqueue(() => this.drain())
  }

  private kick(): void {
    if (this.busy) return
    this.busy = true
    void this.enqueue(() => this.drain())
      .catch((error: unknown) => this.deps.onError(error))
      .finally(() => {
        this.busy = false
      })
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.chain.then(work)
    this.chain = done.catch(() => undefined)
    return done
  }

  private async drain(): Promise<void> {
    const steadyMs = this.deps.steadyMs()
    const time = { now: this.deps.clock.now().toISOString(), steadyMs }
    const { model } = this.deps
    if (steadyMs - this.agedMs >= AGE_MS) {
      this.agedMs = steadyMs
      model.age(time)
    }
    const dirty = model.takeDirty(time)
    for (const name of dirty) if (!this.deps.ready(name)) model.markDirty(name)
    const due = dirty.filter((name) => this.deps.ready(name))
    for (let at = 0; at < due.length; at += BATCH) {
      await this.judgeBatch(due.slice(at, at + BATCH))
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (this.unsaved.nodes.size > 0 && steadyMs - this.unsaved.triedMs >= RETRY_MS) await this.commit([], [])
  }

  private async judgeBatch(names: readonly string[]): Promise<void> {
    const now = this.deps.clock.now().toISOString()
    const changed: { report: NodeReport; print: string }[] = []
    const transitions: NodeTransition[] = []
    for (const name of names) {
      if (!this.deps.model.has(name)) continue
      const before = this.reports.get(name)
      const judged = this.deps.model.judge(name, this.moment(name, before, now))
      const print = fingerprint(judged)
      if (before && this.prints.get(name) === print) continue
      const bootId = judged.bootId ?? before?.bootId ?? null
      const report: NodeReport = { ...judged, bootId, revision: this.revisionNumber + changed.length + 1 }
      changed.push({ report, print })
      if (before) transitions.push(...changesOf(before, report, now))
    }
    if (changed.length === 0) return
    await this.commit(
      changed.map((each) => each.report),
      transitions,
    )
    for (const { report, print } of changed) {
      this.reports.set(report.node, report)
      this.prints.set(report.node, print)
      this.gone.delete(report.node)
      this.revisionNumber = report.revision
    }
    this.deps.onChange(changed.map(({ report }) => report.node))
  }

  /** Stores reports and transitions, with those that could not be stored before. */
  private async commit(reports: readonly NodeReport[], transitions: readonly NodeTransition[]): Promise<void> {
    const { unsaved } = this
    const fresh = new Set(reports.map((report) => report.node))
    const late = [...unsaved.nodes].flatMap((node) => (fresh.has(node) ? [] : (this.reports.get(node) ?? [])))
    try {
      await saveReports(this.deps.db, [...late, ...reports], [...unsaved.transitions, ...transitions])
      unsaved.nodes.clear()
      unsaved.transitions = []
    } catch (error) {
      for (const node of fresh) unsaved.nodes.add(node)
      unsaved.transitions = [...unsaved.transitions, ...transitions].slice(-MAX_UNSAVED)
      unsaved.triedMs = this.deps.steadyMs()
      this.deps.onError(error)
    }
  }

  private moment(name: string, before: NodeReport | undefined, now: string): JudgeMoment {
    const previous: Record<string, Previous> = {}
    for (const check of before?.checks ?? []) previous[check.id] = check
    return {
      now,
      steadyMs: this.deps.steadyMs(),
      previous,
      running: this.deps.running(name),
      proof: this.deps.proof(name),
      stale: this.deps.unread(name),
      onError: this.deps.onError,
    }
  }

  private drop(node: string): void {
    this.reports.delete(node)
    this.prints.delete(node)
    this.unsaved.nodes.delete(node)
  }

  private boundGone(): void {
    for (const [node, at] of this.gone) {
      if (this.gone.size <= MAX_GONE) return
      this.gone.delete(node)
      this.firstRevision = Math.max(this.firstRevision, at)
    }
  }
}

/** A report of before the start: everything is still shown, nothing of it is OK until it was read again. */
function lastKnownReport(report: NodeReport): NodeReport {
  if (report.state !== 'pass' && report.state !== 'warn') return { ...report, stale: true }
  const headline = report.stale ? report.headline : `Last known: ${report.headline}`
  return { ...report, state: 'unknown', headline, stale: true }
}

import type { NodeTarget, NodeTransport, Section, SweepResult } from '@/collectors/transport/types'
import type { Clock } from '@/lib/agent/ports'
import type { SweepProgress } from '@/lib/contract/api'

type Lane = 'fast' | 'slow'

export interface SweeperDeps {
  transport: NodeTransport
  clock: Clock
  sections(lane: Lane): readonly Section[]
  /** Seconds between two passes of a lane over a node. */
  everySec: Readonly<Record<Lane, number>>
  /** A node's answers arrived (whole lane, or the sections of a verification). */
  onResult(result: SweepResult, lane: Lane): Promise<void>
  onProgress(): void
  /** A pass broke in our own code (not on the node): logged, the next pass goes on. */
  onError(error: unknown): void
}

interface NodeSchedule {
  target: NodeTarget
  dueAt: Record<Lane, number>
  inFlight: Set<Lane>
}

/** How often due nodes are looked for, milliseconds. */
const TICK_MS = 1_000

/**
 * Decides when which node is read. The transport bounds how many at once. One pass per node and lane at a time; a pass that is asked for
 * while one is under way runs after it.
 */
export class Sweeper {
  private readonly nodes = new Map<string, NodeSchedule>()
  private readonly abort = new AbortController()
  private readonly pending = new Set<Promise<void>>()
  private readonly reading = new Map<string, Set<string>>()
  private timer: NodeJS.Timeout | null = null
  private progress: SweepProgress | null = null
  private waiting = new Set<string>()
  private counter = 0
  private lastTick: string | null = null

  constructor(private readonly deps: SweeperDeps) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    this.abort.abort()
    await Promise.allSettled([...this.pending])
  }

  tickAt(): string | null {
    return this.lastTick
  }

  /** Sets who is to be read; new nodes are due at once, spread over a few seconds. */
  setTargets(targets: ReadonlyMap<string, NodeTarget>): void {
    for (const name of this.nodes.keys()) if (!targets.has(name)) this.nodes.delete(name)
    const now = this.deps.clock.now().getTime()
    for (const [name, target] of targets) {
      const known = this.nodes.get(name)
      if (known) known.target = target
      else this.nodes.set(name, { target, dueAt: { fast: now, slow: now }, inFlight: new Set() })
    }
  }

  /** The running sweep, or the last one. */
  current(): SweepProgress | null {
    return this.progress
  }

  /** Starts a pass over all nodes, both lanes; answers the one under way when there is one. */
  sweepAll(by: string | null): SweepProgress {
    if (this.progress && this.progress.finishedAt === null) return this.progress
    const now = this.deps.clock.now()
    this.counter += 1
    this.waiting = new Set(this.nodes.keys())
    this.progress = {
      id: `s${now.getTime().toString(36)}${this.counter}`,
      startedAt: now.toISOString(),
      finishedAt: this.waiting.size === 0 ? now.toISOString() : null,
      total: this.waiting.size,
      done: 0,
      unreachable: 0,
      by,
    }
    for (const node of this.nodes.values()) node.dueAt = { fast: now.getTime(), slow: now.getTime() }
    this.tick()
    return this.progress
  }

  /** Sections of a node being read now because somebody asked. */
  verifying(node: string): readonly string[] {
    return [...(this.reading.get(node) ?? [])]
  }

  /** Reads some sections of one node now (null: all). @returns false when the node is not read by SSH. */
  verify(node: string, ids: readonly string[] | null): boolean {
    const schedule = this.nodes.get(node)
    if (!schedule) return false
    for (const lane of ['fast', 'slow'] as const) {
      const sections = this.deps.sections(lane).filter((section) => ids === null || ids.includes(section.id))
      if (sections.length > 0) this.track(this.readNow(schedule, lane, sections))
    }
    return true
  }

  private async readNow(schedule: NodeSchedule, lane: Lane, sections: readonly Section[]): Promise<void> {
    const node = schedule.target.node
    const reading = this.reading.get(node) ?? new Set<string>()
    for (const section of sections) reading.add(section.id)
    this.reading.set(node, reading)
    this.deps.onProgress()
    try {
      const result = await this.deps.transport.sweep(schedule.target, sections, {
        lane,
        force: true,
        signal: this.abort.signal,
        onSection: (id) => {
          reading.delete(id)
          this.deps.onProgress()
        },
      })
      await this.deps.onResult(result, lane)
    } finally {
      for (const section of sections) reading.delete(section.id)
      this.deps.onProgress()
    }
  }

  private tick(): void {
    const now = this.deps.clock.now().getTime()
    this.lastTick = new Date(now).toISOString()
    for (const [name, schedule] of this.nodes) {
      for (const lane of ['fast', 'slow'] as const) {
        if (schedule.inFlight.has(lane) || schedule.dueAt[lane] > now) continue
        schedule.inFlight.add(lane)
        schedule.dueAt[lane] = now + this.deps.everySec[lane] * 1_000
        this.track(this.pass(name, schedule, lane))
      }
    }
  }

  private async pass(name: string, schedule: NodeSchedule, lane: Lane): Promise<void> {
    let reached = false
    try {
      const sections = this.deps.sections(lane)
      if (sections.length === 0) return
      const result = await this.deps.transport.sweep(schedule.target, sections, { lane, signal: this.abort.signal })
      reached = result.reach.ok
      if (!this.abort.signal.aborted) await this.deps.onResult(result, lane)
    } finally {
      schedule.inFlight.delete(lane)
      if (lane === 'fast') this.passed(name, reached)
    }
  }

  private passed(name: string, reached: boolean): void {
    if (!this.progress || this.progress.finishedAt !== null || !this.waiting.delete(name)) return
    const done = this.progress.done + 1
    const unreachable = this.progress.unreachable + (reached ? 0 : 1)
    const finishedAt = this.waiting.size === 0 ? this.deps.clock.now().toISOString() : null
    this.progress = { ...this.progress, done, unreachable, finishedAt }
    this.deps.onProgress()
  }

  private track(work: Promise<void>): void {
    this.pending.add(work)
    void work.catch((error: unknown) => this.deps.onError(error)).finally(() => this.pending.delete(work))
  }
}

import { setMaxListeners } from 'node:events'
import type { NodeTarget, NodeTransport, Section, SweepResult } from '@/collectors/transport/types'
import type { Clock } from '@/lib/agent/ports'
import type { SweepProgress } from '@/lib/contract/api'

export type Lane = 'fast' | 'slow'
export const LANES = ['fast', 'slow'] as const

export interface SweeperDeps {
  transport: NodeTransport
  clock: Clock
  /** Monotonic milliseconds: what is due is not moved by a wall clock that jumps (F-59). */
  steadyMs(): number
  sections(lane: Lane): readonly Section[]
  /** Seconds between two passes of a lane over a node. */
  everySec: Readonly<Record<Lane, number>>
  /** About to be connected to. */
  onContact(target: NodeTarget): void
  /** A node's answers arrived (whole lane, or the sections of a verification). Not called for nodes that left meanwhile. */
  onResult(result: SweepResult, lane: Lane): Promise<void>
  onProgress(): void
  /** A pass broke in our own code (not on the node): logged, the next pass goes on. */
  onError(error: unknown): void
}

interface NodeSchedule {
  target: NodeTarget
  dueMs: Record<Lane, number>
  inFlight: Set<Lane>
  /** Sections asked for by a person while others of the lane were being read for one; null: the whole lane. */
  asked: Map<Lane, ReadonlySet<string> | null>
  reading: Set<string>
}

/** How often due nodes are looked for, milliseconds. */
const TICK_MS = 1_000
/** Share of the interval over which nodes are spread, so that they do not all come due together. */
const SPREAD = 0.1

/**
 * Decides when which node is read. The transport bounds how many at once. One pass per node and lane at a time; a verification that is
 * asked for while another one of the lane is under way runs after it, all that are asked for meanwhile as one.
 */
export class Sweeper {
  private readonly nodes = new Map<string, NodeSchedule>()
  private readonly abort = new AbortController()
  private readonly pending = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | null = null
  private progress: SweepProgress | null = null
  private waiting = new Set<string>()
  private counter = 0
  private lastTick: string | null = null

  constructor(private readonly deps: SweeperDeps) {
    // One listener for each pass under way: a fleet of them is no leak.
    setMaxListeners(0, this.abort.signal)
  }

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

  /** Sets who is to be read; new nodes are due at once. The first fleet makes the first sweep. */
  setTargets(targets: ReadonlyMap<string, NodeTarget>): void {
    for (const name of this.nodes.keys()) if (!targets.has(name)) this.forget(name)
    const now = this.deps.steadyMs()
    for (const [name, target] of targets) {
      const known = this.nodes.get(name)
      if (known) known.target = target
      else this.nodes.set(name, newSchedule(target, now))
    }
    if (this.progress === null && this.nodes.size > 0) this.sweepAll(null)
  }

  /** Stops reading a node; answers that are still under way are dropped. */
  forget(node: string): void {
    this.nodes.delete(node)
    this.passed(node, this.progress?.id ?? null, false)
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
    for (const name of this.nodes.keys()) this.soon(name)
    this.tick()
    return this.progress
  }

  /** Makes a node due now, both lanes. */
  soon(node: string): void {
    const schedule = this.nodes.get(node)
    const now = this.deps.steadyMs()
    if (schedule) schedule.dueMs = { fast: now, slow: now }
  }

  /** Sections of a node being read now because somebody asked. */
  verifying(node: string): readonly string[] {
    return [...(this.nodes.get(node)?.reading ?? [])]
  }

  /** Reads some sections of one node now (null: all). @returns false when the node is not read by SSH. */
  verify(node: string, ids: readonly string[] | null): boolean {
    const schedule = this.nodes.get(node)
    if (!schedule || this.abort.signal.aborted) return false
    for (const lane of LANES) {
      const sections = this.deps.sections(lane).filter((section) => ids === null || ids.includes(section.id))
      if (sections.length === 0) continue
      for (const section of sections) schedule.reading.add(section.id)
      const asked = schedule.asked.get(lane)
      const wanted =
        ids === null || asked === null ? null : new Set([...(asked ?? []), ...sections.map(({ id }) => id)])
      const isUnderWay = schedule.asked.has(lane)
      schedule.asked.set(lane, wanted)
      if (!isUnderWay) this.track(this.verifyLane(node, schedule, lane))
    }
    this.deps.onProgress()
    return true
  }

  /** Reads what is asked until nothing more is. */
  private async verifyLane(node: string, schedule: NodeSchedule, lane: Lane): Promise<void> {
    let done: readonly Section[] = []
    try {
      for (
        let wanted = schedule.asked.get(lane);
        wanted !== undefined;
        wanted = this.askedSince(schedule, lane, done)
      ) {
        const ids = wanted
        done = this.deps.sections(lane).filter((section) => ids === null || ids.has(section.id))
        schedule.asked.set(lane, new Set())
        const result = await this.deps.transport.sweep(schedule.target, done, {
          lane,
          force: true,
          signal: this.abort.signal,
          onSection: (id) => {
            if (!isAsked(schedule, lane, id)) schedule.reading.delete(id)
            this.deps.onProgress()
          },
        })
        await this.arrived(node, schedule, result, lane)
      }
    } finally {
      schedule.asked.delete(lane)
      for (const section of done) schedule.reading.delete(section.id)
      this.deps.onProgress()
    }
  }

  private askedSince(
    schedule: NodeSchedule,
    lane: Lane,
    done: readonly Section[],
  ): ReadonlySet<string> | null | undefined {
    for (const { id } of done) if (!isAsked(schedule, lane, id)) schedule.reading.delete(id)
    const asked = schedule.asked.get(lane)
    return this.abort.signal.aborted || asked?.size === 0 ? undefined : asked
  }

  private tick(): void {
    const now = this.deps.steadyMs()
    this.lastTick = this.deps.clock.now().toISOString()
    for (const [name, schedule] of this.nodes) {
      for (const lane of LANES) {
        if (schedule.inFlight.has(lane) || schedule.dueMs[lane] > now) continue
        schedule.inFlight.add(lane)
        schedule.dueMs[lane] = now + this.deps.everySec[lane] * 1_000 * (1 - SPREAD * share(name))
        this.track(this.pass(name, schedule, lane))
      }
    }
  }

  private async pass(name: string, schedule: NodeSchedule, lane: Lane): Promise<void> {
    const sweep = this.progress?.id ?? null
    let reached = false
    try {
      const sections = this.deps.sections(lane)
      if (sections.length === 0) return
      this.deps.onContact(schedule.target)
      const result = await this.deps.transport.sweep(schedule.target, sections, { lane, signal: this.abort.signal })
      reached = result.reach.ok
      await this.arrived(name, schedule, result, lane)
    } finally {
      schedule.inFlight.delete(lane)
      if (lane === 'fast') this.passed(name, sweep, reached)
    }
  }

  /** Answers of a node that left, or was made anew under the same name, are nobody's (F-45). */
  private async arrived(name: string, schedule: NodeSchedule, result: SweepResult, lane: Lane): Promise<void> {
    if (this.abort.signal.aborted || this.nodes.get(name) !== schedule) return
    await this.deps.onResult(result, lane)
  }

  /** Counts a pass that began after the sweep did. */
  private passed(name: string, sweep: string | null, reached: boolean): void {
    if (!this.progress || this.progress.id !== sweep || this.progress.finishedAt !== null) return
    if (!this.waiting.delete(name)) return
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

function newSchedule(target: NodeTarget, now: number): NodeSchedule {
  return { target, dueMs: { fast: now, slow: now }, inFlight: new Set(), asked: new Map(), reading: new Set() }
}

function isAsked(schedule: NodeSchedule, lane: Lane, id: string): boolean {
  const asked = schedule.asked.get(lane)
  return asked === null || (asked?.has(id) ?? false)
}

/** A number from 0 to 1 that is always the same for a name. */
function share(name: string): number {
  let value = 0
  for (let at = 0; at < name.length; at += 1) value = (value * 31 + name.charCodeAt(at)) % 1_009
  return value / 1_009
}

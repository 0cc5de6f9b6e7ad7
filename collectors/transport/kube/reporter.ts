import { performance } from 'node:perf_hooks'
import type { ReadStatus } from '@/lib/read'
import type { CollectionState, KubeSink, MissingRight } from './types'

const HEARTBEAT_MS = 10_000

/** Tells the sink how a collection stands: on change, as a sign of life, and when what is held grows too old without anything happening. */
export class Reporter {
  private seenAtMs: number | null = null
  private seenAt: string | undefined
  private last: CollectionState | null = null
  private lastMs = 0
  private timer: NodeJS.Timeout | null = null

  /** `budgetMs`: how long what is held counts as fresh after the last contact. */
  constructor(
    private readonly id: string,
    private readonly sink: KubeSink,
    private readonly budgetMs: number,
    private readonly now: () => number,
  ) {}

  /** A list, an event or a bookmark came. */
  seen(): void {
    this.seenAtMs = performance.now()
    this.seenAt = this.iso()
    this.arm()
    if (this.last?.status === 'ok' && this.last.fresh && this.seenAtMs - this.lastMs < HEARTBEAT_MS) return
    this.send({ status: 'ok', fresh: true })
  }

  /** The contact was lost or refused. A refusal and an absence are answers: what is held no longer counts. */
  lost(status: Exclude<ReadStatus, 'ok'>, reason: string, missing?: MissingRight): void {
    const fresh = status !== 'denied' && status !== 'absent' && this.young()
    this.send({ status, reason, fresh, ...(missing ? { missing } : {}) })
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }

  private young(): boolean {
    return this.seenAtMs !== null && performance.now() - this.seenAtMs < this.budgetMs
  }

  /** One timer, set again only when it rings: events come by the thousand. */
  private arm(ms = this.budgetMs): void {
    if (this.timer) return
    this.timer = setTimeout(() => {
      this.timer = null
      if (this.young()) this.arm(Math.max(1, this.budgetMs - (performance.now() - (this.seenAtMs ?? 0))))
      else if (this.last?.fresh)
        this.send(
          this.last.status === 'ok'
            ? { status: 'timeout', reason: 'Nothing heard for too long', fresh: false }
            : { ...this.last, fresh: false },
        )
    }, ms)
    this.timer.unref()
  }

  private send(state: Omit<CollectionState, 'at' | 'seenAt'>): void {
    this.last = { ...state, at: this.iso(), ...(this.seenAt ? { seenAt: this.seenAt } : {}) }
    this.lastMs = performance.now()
    this.sink.state(this.id, this.last)
  }

  private iso(): string {
    return new Date(this.now()).toISOString()
  }
}

import { performance } from 'node:perf_hooks'

/** Waits; ends early, without an error, when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

/** Full jitter: anything from 0 to the doubled wait, at most `most`. */
export function backoff(attempt: number, [first, most]: readonly [number, number], random: () => number): number {
  return random() * Math.min(most, first * 2 ** Math.min(attempt, 20))
}

/** At most `count` passes in any minute (F-46: no error pattern may become a hot loop). */
class Pace {
  private readonly passes: number[] = []

  constructor(
    private readonly count: number,
    private readonly windowMs = 60_000,
  ) {}

  /** Milliseconds until the next pass is allowed; takes it when that is 0. */
  take(): number {
    const now = performance.now()
    while (this.passes.length > 0 && now - (this.passes[0] ?? now) >= this.windowMs) this.passes.shift()
    if (this.passes.length >= this.count) return Math.max(1, (this.passes[0] ?? now) + this.windowMs - now)
    this.passes.push(now)
    return 0
  }
}

/** A token bucket for one cluster; a failing server empties it, so that the rate holds from the first error on (F-37). */
export class Bucket {
  private tokens: number
  private at = performance.now()

  constructor(private readonly rate: { perSecond: number; burst: number }) {
    this.tokens = rate.burst
  }

  /** Takes a token, now or later. Waiting is a debt, so that many waiters spread out. */
  async take(signal: AbortSignal): Promise<void> {
    const now = performance.now()
    this.tokens = Math.min(this.rate.burst, this.tokens + ((now - this.at) / 1000) * this.rate.perSecond) - 1
    this.at = now
    if (this.tokens < 0) await pause((-this.tokens / this.rate.perSecond) * 1000, signal)
  }

  penalise(): void {
    this.tokens = Math.min(this.tokens, 0)
  }
}

/** Lets a loop ask: when its kind has a share of the minute left and the cluster one of the second. */
export class Gate {
  private readonly pace: Pace

  constructor(
    connectsPerMinute: number,
    private readonly bucket: Bucket,
  ) {
    this.pace = new Pace(connectsPerMinute)
  }

  async pass(signal: AbortSignal): Promise<void> {
    for (let ms = this.pace.take(); ms > 0 && !signal.aborted; ms = this.pace.take()) await pause(ms, signal)
    await this.bucket.take(signal)
  }
}

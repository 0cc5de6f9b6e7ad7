/** At most `size` holders at once; others wait in order. */
export class Limiter {
  private held = 0
  private readonly waiting: { start(): void; signal?: AbortSignal }[] = []

  constructor(private readonly size: number) {}

  /** Waits for a place and returns the function that gives it back. @throws the signal's reason when aborted while waiting. */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    if (this.held >= this.size) await this.wait(signal)
    else this.held++
    let given = false
    return () => {
      if (given) return
      given = true
      const next = this.waiting.shift()
      if (next) next.start()
      else this.held--
    }
  }

  private wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const entry = {
        start: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        signal,
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.waiting.push(entry)
    })
  }
}

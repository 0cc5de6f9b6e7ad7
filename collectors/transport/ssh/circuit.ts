import type { Reach } from '../types'

const BASE_MS = 10_000
const MAX_MS = 300_000

interface State {
  failures: number
  retryAt: number
  last: Reach
}

/** One circuit per host: after a failure it is tried again later and later, in the dead hosts' own lane (feasibility §2.5). */
export class Circuits {
  private readonly states = new Map<string, State>()

  constructor(
    private readonly now: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  /** `closed`: answered last time or never tried; `open`: leave it alone; `trial`: time for one try. */
  state(key: string): { kind: 'closed' | 'trial' } | { kind: 'open'; last: Reach; inSec: number } {
    const state = this.states.get(key)
    if (!state) return { kind: 'closed' }
    const left = state.retryAt - this.now()
    return left > 0 ? { kind: 'open', last: state.last, inSec: Math.ceil(left / 1000) } : { kind: 'trial' }
  }

  succeeded(key: string): void {
    this.states.delete(key)
  }

  failed(key: string, reach: Reach): void {
    const failures = (this.states.get(key)?.failures ?? 0) + 1
    const wait = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(10, failures - 1)) * (0.5 + this.random() / 2)
    if (this.states.size > 50_000) this.states.clear()
    this.states.set(key, { failures, retryAt: this.now() + wait, last: reach })
  }
}

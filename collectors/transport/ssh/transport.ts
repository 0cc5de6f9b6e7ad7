import { ProbeCache } from '../probe/cache'
import type { NodeTarget, NodeTransport, Section, SshSettings, SweepOptions, SweepResult } from '../types'
import { Circuits } from './circuit'
import { asFailure, ReachFailure } from './failure'
import { HostKeyPolicy } from './host-key'
import { HungSections } from './hung'
import { Limiter } from './limiter'
import { type Connection, keyOf, Pool } from './pool'
import { withDefaults } from './settings'
import { Sweep, type SweepTools } from './sweep'

const RETRY_MIN_MS = 200

/**
 * The SSH transport: one kept connection per node, one exec per lane and sweep, the constant probe on its standard input.
 * `sweep` never rejects; every section has an outcome.
 */
export function createSshTransport(settings: SshSettings): NodeTransport {
  return new SshTransport(settings)
}

class SshTransport implements NodeTransport {
  private readonly settings
  private readonly pool
  private readonly circuits = new Circuits()
  private readonly hung
  private readonly cold
  private readonly dead
  private readonly warm
  private readonly tools: SweepTools
  private readonly scripts: ProbeCache

  constructor(settings: SshSettings) {
    this.settings = withDefaults(settings)
    this.pool = new Pool(this.settings, new HostKeyPolicy(this.settings))
    this.hung = new HungSections(this.settings.timeouts.hungSkip)
    const { cold, dead, warm } = this.settings.concurrency
    this.cold = new Limiter(cold)
    this.dead = new Limiter(dead)
    this.warm = { fast: new Limiter(warm), slow: new Limiter(warm) }
    this.scripts = new ProbeCache(settings.catalogue)
    this.tools = {
      settings: this.settings,
      pool: this.pool,
      hung: this.hung,
      scripts: this.scripts,
      connect: (target, options) => this.connect(target, options),
    }
  }

  connections(): number {
    return this.pool.size()
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  async sweep(target: NodeTarget, sections: readonly Section[], options: SweepOptions): Promise<SweepResult> {
    const sweep = new Sweep(target, sections, options, this.tools)
    const circuit = this.circuits.state(keyOf(target))
    if (circuit.kind === 'open' && !options.force) {
      const reason = `${circuit.last.reason ?? 'unreachable'} (next try in ${circuit.inSec} s)`
      return sweep.refuse({ ...circuit.last, reason })
    }
    const result = await this.limited(sweep, target, options)
    const { reach } = result
    if (reach.ok) this.circuits.succeeded(keyOf(target))
    // A node that answered, and a sweep somebody stopped, say nothing against the host.
    else if (reach.code !== 'ABORTED' && result.identity === null) this.circuits.failed(keyOf(target), reach)
    return result
  }

  /** Connects outside the warm lanes, so that nodes being dialled hold no place of nodes that answer. */
  private async limited(sweep: Sweep, target: NodeTarget, options: SweepOptions): Promise<SweepResult> {
    let release = () => {}
    try {
      await this.connect(target, options)
      release = await this.warm[options.lane].acquire(options.signal)
    } catch (error) {
      const failure = asFailure(error, 'tcp')
      return sweep.refuse({
        ok: false,
        stage: failure.stage,
        code: failure.code,
        reason: failure.message,
        ...failure.extra,
        durationMs: 0,
      })
    }
    try {
      return await sweep.run()
    } finally {
      release()
    }
  }

  private async connect(target: NodeTarget, options: SweepOptions): Promise<Connection> {
    const held = this.pool.peek(target)
    if (held) return held
    const known = this.circuits.state(keyOf(target)).kind === 'closed'
    const release = await (known ? this.cold : this.dead).acquire(options.signal)
    try {
      return await abortable(this.dial(target, known), options.signal)
    } finally {
      release()
    }
  }

  private async dial(target: NodeTarget, known: boolean): Promise<Connection> {
    try {
      return await this.pool.get(target)
    } catch (error) {
      const failure = asFailure(error, 'tcp')
      if (!known || !failure.transient) throw failure
      await new Promise((resolve) => setTimeout(resolve, RETRY_MIN_MS + Math.random() * RETRY_MIN_MS))
      return this.pool.get(target)
    }
  }
}

/** Stops waiting when the signal fires; what was waited for goes on and is kept for the next sweep. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new ReachFailure('tcp', 'ABORTED', 'the sweep was stopped'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

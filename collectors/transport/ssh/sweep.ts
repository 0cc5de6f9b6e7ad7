import type { RawRead } from '@/lib/read'
import type { ProbeCache } from '../probe/cache'
import { classifySection, unanswered } from '../probe/classify'
import type { SectionFrame } from '../probe/frames'
import { newNonce, requestLine } from '../probe/request'
import { limitSec } from '../probe/script'
import type { Identity, NodeTarget, Reach, Section, SweepOptions, SweepResult } from '../types'
import { openChannel, type ProbeEnd, type ProbeRun, runProbe } from './exec'
import { asFailure, ReachFailure } from './failure'
import type { HungSections } from './hung'
import { type Connection, hostKey, type Pool } from './pool'
import type { FullSettings } from './settings'

export interface SweepTools {
  settings: FullSettings
  pool: Pool
  hung: HungSections
  scripts: ProbeCache
  /** Opens or finds the connection under the concurrency limits. @throws ReachFailure */
  connect(target: NodeTarget, options: SweepOptions): Promise<Connection>
}

/** After a hung section the rest is asked on a fresh connection, this often. */
const MAX_RESTARTS = 2
const RETRY_MS = 500

/** One sweep of one node: gathers an outcome for every section, whatever happens. */
export class Sweep {
  private readonly startedAt = new Date().toISOString()
  private readonly began = performance.now()
  private readonly sections: Record<string, RawRead> = {}
  private identity: Identity | null = null
  private bootId = ''
  private fingerprint: string | undefined

  constructor(
    private readonly target: NodeTarget,
    private readonly wanted: readonly Section[],
    private readonly options: SweepOptions,
    private readonly tools: SweepTools,
  ) {}

  async run(): Promise<SweepResult> {
    let left = this.skipHung(this.wanted)
    let reach: Reach = { ok: true, stage: 'done', durationMs: 0 }
    try {
      for (let restarts = 0; ; restarts++) {
        const run = await this.attempt(left)
        left = left.filter(({ id }) => !Object.hasOwn(this.sections, id))
        if (run.end.kind !== 'stuck' || left.length === 0) {
          this.close(run.end, left)
          if (run.end.kind === 'failed')
            reach = this.failed(new ReachFailure(run.end.stage, run.end.code, run.end.reason))
          break
        }
        if (restarts >= MAX_RESTARTS) {
          this.rest(left, 'timeout', 'not started: earlier sections of this node hang')
          break
        }
      }
    } catch (error) {
      const failure = asFailure(error, 'exec')
      reach = this.failed(failure)
      this.rest(left, 'unreachable', failure.message)
    }
    return this.result(reach)
  }

  /** A result for a node that is not tried now. */
  refuse(reach: Reach): SweepResult {
    this.rest(this.wanted, 'unreachable', reach.reason ?? 'unreachable')
    return this.result(reach)
  }

  private async attempt(left: readonly Section[]): Promise<ProbeRun> {
    const opened = await this.openProbeChannel()
    const { connection, channel, release } = opened
    try {
      const script = this.tools.scripts.get(left)
      const nonce = newNonce()
      const ids = left.map(({ id }) => id)
      const line = requestLine(nonce, this.options.lane, ids)
      const run = await runProbe(
        connection.client,
        channel,
        {
          nonce,
          input: connection.installed ? line : line + script.text,
          ids,
          limits: left.map((section) => limitSec(section) * 1000),
          budgetMs: this.budget(left),
          onIdentity: ({ bootId }) => {
            this.bootId = bootId
            this.tools.hung.booted(this.target.node, bootId)
          },
          onSection: (frame) => this.onSection(left, frame),
          onUnknown: (id) =>
            this.put(
              id,
              unanswered(
                'absent',
                'the probe installed on this node does not have this section: install the current one',
                this.startedAt,
              ),
            ),
        },
        this.tools.settings,
        this.options.signal,
      )
      this.learn(connection, run)
      // A connection with a stuck or flooding channel is not worth keeping.
      if (run.end.kind === 'stuck' || run.end.kind === 'budget' || run.end.kind === 'failed')
        this.tools.pool.drop(connection)
      this.noteStuck(run, left)
      return run
    } finally {
      release()
    }
  }

  private async openProbeChannel() {
    for (let attempt = 0; ; attempt++) {
      const connection = await this.tools.connect(this.target, this.options)
      this.fingerprint = connection.fingerprint
      const release = await connection.lanes[this.options.lane].acquire(this.options.signal)
      connection.busy++
      const giveBack = () => {
        connection.busy--
        connection.uses++
        connection.usedAt = Date.now()
        release()
      }
      try {
        return { connection, channel: await openChannel(connection.client, this.tools.settings), release: giveBack }
      } catch (error) {
        const reused = connection.uses > 0
        giveBack()
        const failure = asFailure(error, 'channel')
        const broken = failure.code === 'CHANNEL_TIMEOUT' || failure.code === 'SSH_LOST'
        if (broken) this.tools.pool.drop(connection)
        // A kept connection may have died unnoticed (power cycle); a fresh one that fails so is the node's fault.
        const again = failure.code === 'CHANNEL_REFUSED' || (broken && reused)
        if (!again || attempt > 0) throw failure
        if (failure.code === 'CHANNEL_REFUSED') await pause(RETRY_MS, this.options.signal)
      }
    }
  }

  private budget(left: readonly Section[]): number {
    const { nodeBudget, sectionGrace } = this.tools.settings.timeouts
    if (this.options.lane === 'fast') return nodeBudget
    return left.reduce((sum, section) => sum + limitSec(section) * 1000, 0) + nodeBudget + sectionGrace
  }

  private onSection(left: readonly Section[], frame: SectionFrame): void {
    const section = left.find(({ id }) => id === frame.id)
    if (!section) return
    const raw = classifySection(section, frame, new Date(Date.now() - frame.durationMs).toISOString())
    if (raw.status === 'timeout') this.tools.hung.timedOut(this.target.node, frame.id, this.bootId)
    else this.tools.hung.answered(this.target.node, frame.id)
    this.put(frame.id, raw)
  }

  private learn(connection: Connection, run: ProbeRun): void {
    const { hello, identity, end } = run
    if (hello) connection.installed = hello.mode === 'installed'
    if (!hello || !identity) return
    const bootIdAfter = end.kind === 'end' ? end.bootIdAfter : ''
    const probe = {
      mode: hello.mode,
      digest: hello.digest,
      current: hello.mode === 'sent' || this.tools.scripts.isCurrent(hello.digest),
    }
    // After a restart the first boot id is the one to compare with.
    const bootId = this.identity?.bootId ?? identity.bootId
    this.identity = { ...identity, bootId, bootIdAfter: bootIdAfter || (this.identity ? identity.bootId : ''), probe }
  }

  private noteStuck(run: ProbeRun, left: readonly Section[]): void {
    if (run.end.kind !== 'stuck') return
    const section = left[run.end.index]
    if (!section) return
    this.tools.hung.timedOut(this.target.node, section.id, this.bootId)
    this.put(
      section.id,
      unanswered('timeout', `no end within ${limitSec(section)} s, and it could not be killed`, this.startedAt),
    )
  }

  private skipHung(sections: readonly Section[]): Section[] {
    return sections.filter(({ id }) => {
      const why = this.options.force ? null : this.tools.hung.skip(this.target.node, id)
      if (why !== null) this.put(id, unanswered('timeout', why, this.startedAt))
      return why === null
    })
  }

  private close(end: ProbeEnd, left: readonly Section[]): void {
    if (end.kind === 'failed')
      this.rest(
        left,
        end.code === 'FRAMING' ? 'unreadable' : 'unreachable',
        new ReachFailure(end.stage, end.code, end.reason).message,
      )
    else if (end.kind === 'budget')
      this.rest(left, 'timeout', `the node's time for one sweep (${this.budget(left) / 1000} s) was used up`)
    else if (end.kind === 'no-tmp')
      this.rest(left, 'unreadable', 'no writable temporary directory on the node (/dev/shm, /tmp, /var/tmp, /run)')
    else this.rest(left, 'unreadable', 'the probe ended without this section')
  }

  private rest(left: readonly Section[], status: Exclude<RawRead['status'], 'ok'>, reason: string): void {
    for (const { id } of left) {
      if (!Object.hasOwn(this.sections, id)) this.put(id, unanswered(status, reason, this.startedAt))
    }
  }

  private put(id: string, raw: RawRead): void {
    this.sections[id] = raw
    this.options.onSection?.(id, raw)
  }

  private failed(failure: ReachFailure): Reach {
    return {
      ok: false,
      stage: failure.stage,
      code: failure.code,
      reason: failure.message,
      ...failure.extra,
      durationMs: 0,
    }
  }

  private result(reach: Reach): SweepResult {
    const durationMs = Math.round(performance.now() - this.began)
    const via = this.target.jump ? { via: hostKey(this.target.jump) } : {}
    const key = this.fingerprint === undefined ? {} : { fingerprint: this.fingerprint }
    return {
      node: this.target.node,
      reach: { ...key, ...reach, ...via, durationMs },
      identity: this.identity,
      sections: this.sections,
      startedAt: this.startedAt,
      durationMs,
    }
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(new ReachFailure('channel', 'ABORTED', 'the sweep was stopped'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

import type { Client, ClientChannel } from 'ssh2'
import { FrameReader, type Hello, type IdentityFrame, type SectionFrame } from '../probe/frames'
import type { ReachCode } from '../types'
import { ReachFailure } from './failure'
import type { FullSettings } from './settings'

/**
 * The only command Cairn ever asks sshd for (SEC-38). Constant; a forced command replaces it. The script is on its standard input.
 * No pty, no environment, no forwarding (SEC-35).
 */
const PROBE_COMMAND = 'exec sh -s'

export interface ProbeJob {
  nonce: string
  /** Request line, and the script unless the node has its own. */
  input: string
  ids: readonly string[]
  /** Longest time a section may need, milliseconds, in the order of `ids`. */
  limits: readonly number[]
  budgetMs: number
  onIdentity(identity: IdentityFrame): void
  onSection(frame: SectionFrame): void
  onUnknown(id: string): void
}

/** How the channel ended. Sections that were framed before are valid in every case. */
export type ProbeEnd =
  | { kind: 'end'; bootIdAfter: string }
  /** The section at this index gave no sign of life for its limit and the grace: the probe itself hangs in it (F-14, F-25). */
  | { kind: 'stuck'; index: number }
  | { kind: 'failed'; code: ReachCode; reason: string; stage: 'channel' | 'exec' }
  | { kind: 'budget' }
  | { kind: 'no-tmp' }

export interface ProbeRun {
  hello: Hello | null
  identity: IdentityFrame | null
  end: ProbeEnd
}

const MAX_STDERR = 4096

/** Opens a session channel for the probe. @throws ReachFailure CHANNEL_REFUSED, CHANNEL_TIMEOUT, EXEC_REFUSED or SSH_LOST */
export function openChannel(client: Client, settings: FullSettings): Promise<ClientChannel> {
  const limit = settings.timeouts.channel
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(new ReachFailure('channel', 'CHANNEL_TIMEOUT', `login worked, but no session within ${limit / 1000} s`)),
      limit,
    )
    try {
      client.exec(PROBE_COMMAND, (error, channel) => {
        clearTimeout(timer)
        if (error) reject(channelFailure(error))
        else resolve(channel)
      })
    } catch (error) {
      clearTimeout(timer)
      reject(new ReachFailure('channel', 'SSH_LOST', error instanceof Error ? error.message : String(error)))
    }
  })
}

function channelFailure(error: Error & { reason?: unknown }): ReachFailure {
  if (typeof error.reason === 'number') {
    return new ReachFailure(
      'channel',
      'CHANNEL_REFUSED',
      `login worked, but sshd opened no session (MaxSessions?): ${error.message}`,
    )
  }
  if (/Unable to exec/.test(error.message))
    return new ReachFailure('exec', 'EXEC_REFUSED', 'sshd refused to run a command for this login')
  return new ReachFailure('channel', 'SSH_LOST', `connection lost while opening a session: ${error.message}`)
}

/** Sends the probe and reads its frames until the end, a limit, or a fault. Never rejects. */
export function runProbe(
  client: Client,
  channel: ClientChannel,
  job: ProbeJob,
  settings: FullSettings,
  signal?: AbortSignal,
): Promise<ProbeRun> {
  return new Promise((resolve) => new ProbeSession(client, channel, job, settings, signal, resolve).start())
}

class ProbeSession {
  private readonly run: ProbeRun = { hello: null, identity: null, end: { kind: 'budget' } }
  private readonly reader: FrameReader
  private readonly timers = new Set<NodeJS.Timeout>()
  private sectionTimer: NodeJS.Timeout | undefined
  private index = 0
  private bytes = 0
  private stderr = ''
  private exit = ''
  private settled = false

  constructor(
    private readonly client: Client,
    private readonly channel: ClientChannel,
    private readonly job: ProbeJob,
    private readonly settings: FullSettings,
    private readonly signal: AbortSignal | undefined,
    private readonly resolve: (run: ProbeRun) => void,
  ) {
    this.reader = new FrameReader(job.nonce, job.ids, settings.maxNodeBytes, (event) => {
      switch (event.kind) {
        case 'begin':
          this.run.hello = event.hello
          return this.watchSection()
        case 'identity':
          this.run.identity = event.identity
          job.onIdentity(event.identity)
          return
        case 'section':
          this.index++
          job.onSection(event.frame)
          return this.watchSection()
        case 'unknown':
          this.index++
          job.onUnknown(event.id)
          return this.watchSection()
        case 'error':
          return this.finish({ kind: 'no-tmp' })
        case 'end':
          return this.finish({ kind: 'end', bootIdAfter: event.bootId })
        case 'violation':
          return this.finish({ kind: 'failed', code: 'FRAMING', reason: event.reason, stage: 'exec' })
      }
    })
  }

  start(): void {
    const { channel, client, job, settings } = this
    this.after(job.budgetMs, () => this.finish({ kind: 'budget' }))
    this.sectionTimer = setTimeout(() => this.silent(), settings.timeouts.hello)
    this.signal?.addEventListener('abort', this.onAbort, { once: true })
    client.on('error', this.onLost)
    client.on('close', this.onLost)
    channel.on('data', this.onData)
    channel.stderr.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length
      if (this.stderr.length < MAX_STDERR) this.stderr += chunk.toString('utf8', 0, MAX_STDERR)
      this.checkBytes()
    })
    channel.on('error', this.onLost)
    channel.on('exit', (code: number | null, name?: string) => {
      this.exit = code === null ? `signal ${name ?? '?'}` : `exit code ${code}`
    })
    channel.on('close', () => this.finish(this.earlyEnd()))
    channel.end(job.input)
    if (this.signal?.aborted) this.onAbort()
  }

  private readonly onData = (chunk: Buffer): void => {
    this.bytes += chunk.length
    if (!this.settled) this.reader.push(chunk)
    this.checkBytes()
  }

  private readonly onAbort = (): void =>
    this.finish({ kind: 'failed', code: 'ABORTED', reason: 'the sweep was stopped', stage: 'exec' })

  private readonly onLost = (error?: Error): void => {
    const why = error instanceof Error ? `: ${error.message}` : ''
    this.finish({
      kind: 'failed',
      code: 'SSH_LOST',
      reason: `connection lost while the probe ran${why}`,
      stage: 'exec',
    })
  }

  private checkBytes(): void {
    if (this.bytes <= this.settings.maxNodeBytes + 65_536) return
    this.finish({
      kind: 'failed',
      code: 'FRAMING',
      reason: `more than ${this.settings.maxNodeBytes} bytes of output`,
      stage: 'exec',
    })
  }

  private watchSection(): void {
    clearTimeout(this.sectionTimer)
    if (this.settled) return
    const limit = this.job.limits[this.index] ?? 0
    this.sectionTimer = setTimeout(() => this.silent(), limit + this.settings.timeouts.sectionGrace)
  }

  private silent(): void {
    const { hello } = this.run
    if (hello && this.index < this.job.ids.length) this.finish({ kind: 'stuck', index: this.index })
    else if (hello)
      this.finish({ kind: 'failed', code: 'SSH_LOST', reason: 'the probe never said that it ended', stage: 'exec' })
    else {
      const waited = `${this.settings.timeouts.hello / 1000} s`
      const reason = `login worked, but the probe did not start within ${waited}${this.said()}`
      this.finish({ kind: 'failed', code: 'NO_PROBE', reason, stage: 'exec' })
    }
  }

  /** The channel closed before the last frame. */
  private earlyEnd(): ProbeEnd {
    const how = this.exit === '' ? '' : ` (${this.exit})`
    if (this.run.hello === null) {
      return {
        kind: 'failed',
        code: 'NO_PROBE',
        reason: `login worked, but the probe did not start${how}${this.said()}`,
        stage: 'exec',
      }
    }
    return { kind: 'failed', code: 'SSH_LOST', reason: `the probe ended early${how}${this.said()}`, stage: 'exec' }
  }

  private said(): string {
    const words = `${this.stderr.slice(0, 300)} ${this.reader.noise()}`.trim()
    return words === '' ? '' : `; the node says: ${words}`
  }

  private after(ms: number, what: () => void): void {
    this.timers.add(setTimeout(what, ms))
  }

  private finish(end: ProbeEnd): void {
    if (this.settled) return
    this.settled = true
    this.run.end = end
    clearTimeout(this.sectionTimer)
    for (const timer of this.timers) clearTimeout(timer)
    this.signal?.removeEventListener('abort', this.onAbort)
    this.client.removeListener('error', this.onLost)
    this.client.removeListener('close', this.onLost)
    this.channel.removeListener('data', this.onData)
    this.channel.resume()
    this.channel.stderr.resume()
    if (end.kind !== 'end') this.channel.close()
    this.resolve(this.run)
  }
}

import type { Duplex } from 'node:stream'
import ssh2, { type AnyAuthMethod, type Client } from 'ssh2'
import type { ReachStage } from '../types'
import { certificatesOnly, noCommon, offerFor } from './algorithms'
import { ReachFailure } from './failure'
import { FirstBytes } from './first-bytes'
import { fingerprint, type HostKeyPolicy } from './host-key'
import type { LoadedKey } from './keys'
import type { FullSettings } from './settings'
import type { Hop } from './socket'

/** An authenticated connection. */
export interface Opened {
  client: Client
  fingerprint: string
}

interface Tools {
  settings: FullSettings
  keys: readonly LoadedKey[]
  policy: HostKeyPolicy
}

/**
 * SSH over an open stream: banner, key exchange, host key, login. One limit for all of it, which no trickle extends (F-05).
 * @throws ReachFailure naming the stage; the stream is destroyed then.
 */
export async function openSsh(stream: Duplex, hop: Hop, tools: Tools): Promise<Opened> {
  stream.on('error', () => {}) // Until ssh2 listens; the failure is seen as a close.
  const types = await tools.policy.knownTypes(hop.names)
  return new Handshake(stream, hop, tools, types).run()
}

class Handshake {
  private readonly client = new ssh2.Client()
  private readonly first = new FirstBytes()
  private stage: ReachStage = 'banner'
  private presented = ''
  private pin: { name: string; key: string } | undefined
  private settled = false
  private timer: NodeJS.Timeout | undefined
  private resolve: (opened: Opened) => void = () => {}
  private reject: (failure: ReachFailure) => void = () => {}

  constructor(
    private readonly stream: Duplex,
    private readonly hop: Hop,
    private readonly tools: Tools,
    private readonly types: readonly string[],
  ) {}

  run(): Promise<Opened> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
      this.timer = setTimeout(() => this.fail(this.timedOut()), this.tools.settings.timeouts.handshake)
      this.listen()
      try {
        this.client.connect(this.config())
      } catch (error) {
        this.fail(new ReachFailure(this.stage, 'KEY_UNUSABLE', error instanceof Error ? error.message : String(error)))
      }
      if (this.stream.destroyed || this.stream.readableEnded) this.fail(this.closed())
    })
  }

  private listen(): void {
    const { client, stream } = this
    stream.on('data', this.watch)
    stream.once('close', () => this.fail(this.closed()))
    client.on('error', (error) => this.fail(this.explain(error)))
    client.on('close', () => this.fail(this.closed()))
    client.on('handshake', () => {
      this.stage = 'auth'
    })
    client.on('ready', () => void this.ready())
  }

  private readonly watch = (chunk: Buffer): void => {
    if (this.first.feed(chunk) === 'not-ssh') this.fail(this.notSsh())
    else if (this.stage === 'banner' && this.first.banner !== null) this.stage = 'kex'
  }

  private config(): Parameters<Client['connect']>[0] {
    const { settings, keys } = this.tools
    const username = this.hop.user
    const methods: AnyAuthMethod[] = keys.map(({ key }) => ({ type: 'publickey', username, key }))
    if (settings.agentSocket !== undefined)
      methods.push({ type: 'agent', username, agent: ssh2.createAgent(settings.agentSocket) })
    return {
      sock: this.stream,
      username,
      authHandler: methods,
      algorithms: offerFor(this.types),
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => void this.verifyHost(key, verify),
      readyTimeout: 0,
      keepaliveInterval: settings.timeouts.keepalive,
      keepaliveCountMax: 3,
    }
  }

  private async verifyHost(key: Buffer, verify: (valid: boolean) => void): Promise<void> {
    this.presented = fingerprint(key)
    const decision = await this.tools.policy.decide(this.hop.names, key)
    if (decision.ok) {
      this.pin = decision.pin
      verify(true)
      return
    }
    const extra = decision.expected.length > 0 ? { expectedFingerprints: decision.expected } : {}
    this.fail(new ReachFailure('host-key', decision.code, decision.reason, { fingerprint: this.presented, ...extra }))
    verify(false)
  }

  private async ready(): Promise<void> {
    if (this.settled) return
    try {
      // Only now has the host proved that it holds the key: a pin made earlier could be planted by anyone on the path.
      if (this.pin) await this.tools.policy.commit(this.pin)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.fail(
        new ReachFailure('host-key', 'HOST_KEY_UNKNOWN', `the host key could not be pinned: ${why}`, {
          fingerprint: this.presented,
        }),
      )
      return
    }
    if (this.settled) return
    this.settled = true
    clearTimeout(this.timer)
    this.stream.removeListener('data', this.watch)
    this.resolve({ client: this.client, fingerprint: this.presented })
  }

  private fail(failure: ReachFailure): void {
    if (this.settled) return
    this.settled = true
    clearTimeout(this.timer)
    this.stream.removeListener('data', this.watch)
    this.client.destroy()
    this.stream.destroy()
    this.reject(failure)
  }

  private timedOut(): ReachFailure {
    const limit = `${this.tools.settings.timeouts.handshake / 1000} s`
    if (this.stage === 'banner') {
      if (this.first.foreign()) return this.notSsh()
      const seen =
        this.first.bytes === 0
          ? 'TCP open, no SSH banner'
          : `TCP open, no whole SSH banner, only ${this.first.sample()}`
      return new ReachFailure('banner', 'SSH_NO_BANNER', `${seen} within ${limit}`)
    }
    if (this.stage === 'auth') {
      return new ReachFailure(
        'auth',
        'SSH_AUTH',
        `no answer to the login as ${this.hop.user} within ${limit} (PAM or directory service hangs?)`,
        this.extra(),
      )
    }
    return new ReachFailure(
      'kex',
      'SSH_KEX_TIMEOUT',
      `${this.first.banner ?? ''} began, but no key exchange within ${limit}`,
    )
  }

  private closed(): ReachFailure {
    if (this.stage === 'banner') {
      if (this.first.foreign()) return this.notSsh()
      return new ReachFailure(
        'banner',
        'SSH_NO_BANNER',
        'connection closed before an SSH banner (MaxStartups, access rules, or sshd starting up)',
      )
    }
    if (this.stage === 'auth')
      return new ReachFailure('auth', 'SSH_LOST', `connection closed during login as ${this.hop.user}`, this.extra())
    return (
      this.disagreement() ??
      new ReachFailure(
        'kex',
        'SSH_LOST',
        `connection closed during key exchange with ${this.first.banner ?? 'the server'}`,
      )
    )
  }

  private notSsh(): ReachFailure {
    return new ReachFailure(
      'banner',
      'NOT_SSH',
      `port ${this.hop.port} does not speak SSH; it says ${this.first.sample()}`,
    )
  }

  private disagreement(): ReachFailure | null {
    const { offer } = this.first
    if (!offer) return null
    if (certificatesOnly(offer)) {
      return new ReachFailure(
        'kex',
        'HOST_CERT_UNSUPPORTED',
        `the host proves itself by certificates only (${offer.hostKey.join(', ')}), which are not supported`,
      )
    }
    const missing = noCommon(offer)
    if (!missing) return null
    const theirs = missing.theirs
      .filter((name) => !name.startsWith('kex-strict') && !name.startsWith('ext-info'))
      .slice(0, 8)
    return new ReachFailure(
      'kex',
      'SSH_WEAK_ALGORITHMS',
      `no ${missing.what} in common; the server offers ${theirs.join(', ')}`,
    )
  }

  private explain(error: Error & { level?: string }): ReachFailure {
    const words = error.message
    if (this.stage === 'banner') {
      const old = /^SSH-1\.\d/.test(this.first.banner ?? '')
      if (old) return new ReachFailure('banner', 'SSH_WEAK_ALGORITHMS', `only protocol 1: ${this.first.banner}`)
      if (/header|identification|greeting/i.test(words)) return this.notSsh()
      return this.closed()
    }
    if (this.stage === 'auth') {
      if (error.level === 'client-socket' || /ECONNRESET|EPIPE/.test(words)) return this.closed()
      const keys = this.tools.keys.map((key) => key.fingerprint)
      const offered =
        [...keys, ...(this.tools.settings.agentSocket === undefined ? [] : ['those of the agent'])].join(', ') || 'none'
      return new ReachFailure(
        'auth',
        'SSH_AUTH',
        `login as ${this.hop.user} refused (${words}); keys offered: ${offered}`,
        this.extra(),
      )
    }
    if (/identification/i.test(words))
      return new ReachFailure('banner', 'SSH_WEAK_ALGORITHMS', `unsupported protocol: ${this.first.banner ?? ''}`)
    if (error.level === 'client-socket') return this.closed()
    return (
      this.disagreement() ??
      new ReachFailure(
        'kex',
        'SSH_KEX_FAILED',
        `key exchange with ${this.first.banner ?? 'the server'} failed: ${words}`,
      )
    )
  }

  private extra(): { fingerprint?: string } {
    return this.presented === '' ? {} : { fingerprint: this.presented }
  }
}

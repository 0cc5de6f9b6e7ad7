import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { JumpTarget, NodeTarget } from '../types'
import { openSsh } from './connect'
import { asFailure, ReachFailure } from './failure'
import type { HostKeyPolicy } from './host-key'
import { KeyError, type LoadedKeys, loadKeys } from './keys'
import { Limiter } from './limiter'
import type { FullSettings } from './settings'
import { type Hop, openSocket, plainTarget } from './socket'

/** An open, authenticated connection to one host. */
export interface Connection {
  key: string
  client: Client
  fingerprint: string
  alive: boolean
  /** Probes running on it. */
  busy: number
  usedAt: number
  /** Probes finished on it. */
  uses: number
  /** The node runs its own copy of the probe (forced command): the request line is enough. */
  installed: boolean
  /** One probe per lane at a time. */
  lanes: { fast: Limiter; slow: Limiter }
}

const JUMP_RETRY_MS = 5_000

/** Connections by host, opened once and shared; one per jump host (SEC-42). */
export class Pool {
  private readonly open = new Map<string, Connection>()
  private readonly opening = new Map<string, Promise<Connection>>()
  private readonly jumpFailures = new Map<string, { failure: ReachFailure; until: number }>()
  private readonly handshakes = new Map<string, Limiter>()
  private keys: Promise<LoadedKeys> | null = null
  private closed = false

  constructor(
    private readonly settings: FullSettings,
    private readonly policy: HostKeyPolicy,
  ) {}

  size(): number {
    return this.open.size
  }

  /** The open connection to a target, if there is one. */
  peek(target: NodeTarget): Connection | undefined {
    const held = this.open.get(keyOf(target))
    return held?.alive ? held : undefined
  }

  /** The connection to a target, opened when needed. @throws ReachFailure */
  async get(target: NodeTarget): Promise<Connection> {
    return this.peek(target) ?? this.once(keyOf(target), () => this.connectNode(target))
  }

  drop(connection: Connection): void {
    connection.alive = false
    if (this.open.get(connection.key) === connection) this.open.delete(connection.key)
    connection.client.destroy()
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.allSettled(this.opening.values())
    for (const connection of this.open.values()) {
      connection.alive = false
      connection.client.end()
      // A peer that never answers our goodbye must not hold the process.
      setTimeout(() => connection.client.destroy(), 500).unref()
    }
    this.open.clear()
  }

  private once(key: string, make: () => Promise<Connection>): Promise<Connection> {
    const running = this.opening.get(key)
    if (running) return running
    const started = make().finally(() => this.opening.delete(key))
    this.opening.set(key, started)
    return started
  }

  private async connectNode(target: NodeTarget): Promise<Connection> {
    const names = { host: target.address, port: target.port, alias: target.node }
    const hop: Hop = { address: target.address, port: target.port, user: target.user, names }
    if (!plainTarget(hop))
      throw new ReachFailure('tcp', 'BAD_TARGET', 'address, user or port holds characters Cairn does not use')
    if (!target.jump) return this.connect(keyOf(target), hop, () => openSocket(hop, this.settings.timeouts.tcp))
    const jump = await this.jumpHost(target.jump)
    const release = await this.handshakeLimit(jump.key).acquire()
    try {
      return await this.connect(keyOf(target), hop, () => this.forward(jump, hop))
    } finally {
      release()
    }
  }

  private async jumpHost(jump: JumpTarget): Promise<Connection> {
    const key = hostKey(jump)
    const held = this.open.get(key)
    if (held?.alive) return held
    const failed = this.jumpFailures.get(key)
    if (failed && failed.until > Date.now()) throw failed.failure
    const hop: Hop = { ...jump, names: { host: jump.address, port: jump.port } }
    try {
      if (!plainTarget(hop))
        throw new ReachFailure('tcp', 'BAD_TARGET', 'address, user or port holds characters Cairn does not use')
      const opened = await this.once(key, () =>
        this.connect(key, hop, () => openSocket(hop, this.settings.timeouts.tcp)),
      )
      this.jumpFailures.delete(key)
      return opened
    } catch (error) {
      const inner = asFailure(error, 'tcp')
      if (inner.code === 'JUMP_FAILED') throw inner
      // The same words for every node behind it: they share one cause (F-27).
      const failure = new ReachFailure(
        inner.stage,
        'JUMP_FAILED',
        `jump host ${key}: ${inner.message} (${inner.code})`,
        inner.extra,
      )
      this.jumpFailures.set(key, { failure, until: Date.now() + JUMP_RETRY_MS })
      throw failure
    }
  }

  /** A direct-tcpip channel through the jump host, in place of a socket. */
  private forward(jump: Connection, hop: Hop): Promise<Duplex> {
    const limit = this.settings.timeouts.tcp
    return new Promise((resolve, reject) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        reject(
          new ReachFailure(
            'tcp',
            'SSH_CONNECT_TIMEOUT',
            `no TCP connection to port ${hop.port} through the jump host within ${limit / 1000} s`,
          ),
        )
      }, limit)
      const done = (error: Error | undefined, channel: Duplex | undefined) => {
        clearTimeout(timer)
        if (late) channel?.destroy()
        else if (error || !channel) reject(forwardFailure(error, jump, hop))
        else resolve(channel)
      }
      try {
        jump.client.forwardOut('127.0.0.1', 0, hop.address, hop.port, done)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)), undefined)
      }
    })
  }

  private async connect(key: string, hop: Hop, dial: () => Promise<Duplex>): Promise<Connection> {
    if (this.closed) throw new ReachFailure('tcp', 'ABORTED', 'the transport is closed')
    const { keys } = await this.loadedKeys()
    const stream = await dial()
    const { client, fingerprint } = await openSsh(stream, hop, { settings: this.settings, keys, policy: this.policy })
    if (this.closed) {
      client.destroy()
      throw new ReachFailure('tcp', 'ABORTED', 'the transport is closed')
    }
    const lanes = { fast: new Limiter(1), slow: new Limiter(1) }
    const connection: Connection = {
      key,
      client,
      fingerprint,
      alive: true,
      busy: 0,
      usedAt: Date.now(),
      uses: 0,
      installed: false,
      lanes,
    }
    const lost = () => {
      connection.alive = false
      if (this.open.get(key) === connection) this.open.delete(key)
    }
    client.on('close', lost)
    client.on('end', lost)
    client.on('error', lost)
    // The stream's own close is seen even where ssh2 keeps silent, as it does after destroy().
    stream.once('close', lost)
    this.open.set(key, connection)
    this.evict()
    return connection
  }

  /** Keys are parsed once; a failure is not kept, so that a repaired file works at the next sweep. */
  private async loadedKeys(): Promise<LoadedKeys> {
    this.keys ??= loadKeys(this.settings)
    try {
      const loaded = await this.keys
      if (loaded.keys.length === 0 && this.settings.agentSocket === undefined)
        throw new KeyError('no private key and no agent is configured')
      return loaded
    } catch (error) {
      this.keys = null
      throw new ReachFailure('auth', 'KEY_UNUSABLE', error instanceof Error ? error.message : String(error))
    }
  }

  private handshakeLimit(key: string): Limiter {
    const held = this.handshakes.get(key) ?? new Limiter(this.settings.concurrency.perJumpHost)
    this.handshakes.set(key, held)
    return held
  }

  private evict(): void {
    const { maxConnections } = this.settings
    if (this.open.size <= maxConnections) return
    const jumps = new Set(this.handshakes.keys())
    const idle = [...this.open.values()]
      .filter((c) => c.busy === 0 && !jumps.has(c.key))
      .sort((a, b) => a.usedAt - b.usedAt)
    for (const connection of idle.slice(0, this.open.size - maxConnections)) this.drop(connection)
  }
}

/** `user@address:port`. */
export function hostKey(host: JumpTarget): string {
  return `${host.user}@${host.address}:${host.port}`
}

/** What makes two targets the same connection. */
export function keyOf(target: NodeTarget): string {
  return target.jump ? `${hostKey(target)} via ${hostKey(target.jump)}` : hostKey(target)
}

function forwardFailure(error: (Error & { reason?: unknown }) | undefined, jump: Connection, hop: Hop): ReachFailure {
  const words = error?.message.replace('(SSH) Channel open failure: ', '') ?? 'no channel'
  // RFC 4254 §5.1: 1 prohibited, 2 connect failed, 4 resource shortage. 2 is the node's failure, the others are the jump host's.
  if (error?.reason !== 2) {
    return new ReachFailure('tcp', 'JUMP_FAILED', `jump host ${jump.key} does not forward: ${words}`)
  }
  if (/timed out/i.test(words))
    return new ReachFailure(
      'tcp',
      'SSH_CONNECT_TIMEOUT',
      `the jump host gets no answer from port ${hop.port}: ${words}`,
    )
  if (/route|unreachable/i.test(words))
    return new ReachFailure('tcp', 'SSH_NO_ROUTE', `the jump host has no route: ${words}`)
  if (/resolve|name/i.test(words))
    return new ReachFailure('tcp', 'UNRESOLVED', `the jump host cannot resolve ${hop.address}: ${words}`)
  return new ReachFailure('tcp', 'SSH_REFUSED', `port ${hop.port} refused the jump host's connection: ${words}`)
}

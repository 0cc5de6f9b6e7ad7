import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Algorithms, type Connection, type Server, type ServerChannel } from 'ssh2'
import type { NodeRead } from '@/lib/read'
import type { NodeTarget, NodeTransport, Section, SshSettings } from '../../types'
import { knownName } from '../known-hosts'
import { createSshTransport } from '../transport'
import { keyPair } from './key-pair'

/** A key pair in OpenSSH format. */
export interface KeyPair {
  private: string
  public: string
}

export function newKey(): KeyPair {
  return keyPair()
}

export interface FakeOptions {
  hostKey?: KeyPair
  algorithms?: Algorithms
  /** Decides on a login; default: any public key. */
  allow?(user: string): boolean
  /** Sessions refused before one is accepted. */
  refuseSessions?: number
  /** Never answers a session request. */
  ignoreSessions?: boolean
  /** What a command does; default: the real `sh -s`. */
  exec?(channel: ServerChannel, connection: Connection): void
  env?: Record<string, string>
  forward?: 'yes'
}

/** An in-process SSH server on loopback that plays a node, with faults on demand. Records what it was asked for. */
export class FakeNode {
  readonly hostKey: KeyPair
  readonly asked: string[] = []
  authAttempts = 0
  logins = 0
  execs = 0
  port = 0
  private readonly server: Server
  private readonly children = new Set<ChildProcess>()
  private readonly clients = new Set<Connection>()
  private refused = 0

  constructor(
    private readonly options: FakeOptions = {},
    readonly address = '127.0.0.1',
  ) {
    this.hostKey = options.hostKey ?? newKey()
    const config = {
      hostKeys: [this.hostKey.private],
      ...(options.algorithms ? { algorithms: options.algorithms } : {}),
    }
    this.server = new ssh2.Server(config, (client) => this.onClient(client))
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, this.address, resolve))
    const address = this.server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
    return this
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL')
    for (const client of this.clients) client.end()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  /** Cuts every connection without goodbye. */
  cut(): void {
    for (const client of this.clients) socketOf(client).destroy()
  }

  /** Its line for known_hosts. */
  knownLine(): string {
    return `${knownName(this.address, this.port)} ${this.hostKey.public.split(' ').slice(0, 2).join(' ')}\n`
  }

  private onClient(client: Connection): void {
    this.clients.add(client)
    client.on('error', () => {})
    client.on('close', () => this.clients.delete(client))
    client.on('authentication', (context) => {
      this.authAttempts++
      const allowed = this.options.allow?.(context.username) ?? true
      if (context.method === 'publickey' && allowed) context.accept()
      else context.reject(['publickey'])
    })
    client.on('ready', () => {
      this.logins++
    })
    client.on('request', (_accept, reject, name) => {
      this.asked.push(`global:${name}`)
      reject?.()
    })
    client.on('session', (accept, reject) => {
      this.asked.push('session')
      if (this.options.ignoreSessions) return
      if (this.refused < (this.options.refuseSessions ?? 0)) {
        this.refused++
        return reject()
      }
      const session = accept()
      for (const kind of ['pty', 'env', 'x11', 'shell', 'sftp', 'subsystem'] as const) {
        session.on(kind as 'pty', (_accept, refuse) => {
          this.asked.push(kind)
          refuse?.()
        })
      }
      session.on('auth-agent', () => this.asked.push('auth-agent'))
      session.on('exec', (take, _refuse, info) => {
        this.asked.push(`exec:${info.command}`)
        this.execs++
        const channel = take()
        channel.on('error', () => {})
        if (this.options.exec) this.options.exec(channel, client)
        else this.shell(channel, ['-s'])
      })
    })
    // Without a listener ssh2 answers "administratively prohibited", as sshd does with AllowTcpForwarding no.
    if (this.options.forward !== 'yes') return
    client.on('tcpip', (accept, reject, info) => {
      this.asked.push('direct-tcpip')
      const socket = connect(info.destPort, info.destIP)
      socket.once('error', () => reject())
      socket.once('connect', () => {
        const channel = accept()
        channel.pipe(socket).pipe(channel)
        channel.on('error', () => socket.destroy())
        channel.on('close', () => socket.destroy())
        socket.on('error', () => channel.close())
        socket.on('close', () => channel.close())
      })
    })
  }

  /** Runs a real `sh` behind a channel. */
  shell(channel: ServerChannel, args: string[], program = 'sh'): void {
    const env: NodeJS.ProcessEnv = { ...process.env, ...this.options.env }
    const child = spawn(program, args, { env })
    this.children.add(child)
    channel.pipe(child.stdin)
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk) => channel.write(chunk))
    child.stderr.on('data', (chunk) => channel.stderr.write(chunk))
    child.on('close', (code) => {
      this.children.delete(child)
      if (!channel.writable) return
      channel.exit(code ?? 255)
      channel.end()
    })
    channel.on('close', () => child.kill('SIGHUP'))
  }
}

function socketOf(client: Connection): Socket {
  const { _sock } = client as unknown as { _sock: Socket }
  return _sock
}

/** Reads all of a channel's input, then calls back. */
export function afterInput(channel: ServerChannel, then: (text: string) => void): void {
  let text = ''
  channel.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  channel.on('end', () => then(text))
}

/** The nonce of a request. */
export function nonceOf(text: string): string {
  return /cairn\/1 ([0-9a-f]{32})/.exec(text)?.[1] ?? ''
}

/** A plain TCP server, for things that are not SSH. */
export async function tcpServer(
  onSocket: (socket: Socket) => void,
): Promise<{ port: number; stop(): Promise<void>; server: NetServer }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    server,
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A temporary folder with a client key and known_hosts. */
export class Client {
  readonly folder = mkdtempSync(join(tmpdir(), 'cairn-ssh-'))
  readonly key = newKey()
  readonly keyFile = join(this.folder, 'id')
  readonly knownHosts = join(this.folder, 'known_hosts')

  constructor() {
    writeFileSync(this.keyFile, this.key.private, { mode: 0o600 })
    writeFileSync(this.knownHosts, '')
  }

  trust(...nodes: { knownLine(): string }[]): this {
    writeFileSync(this.knownHosts, nodes.map((node) => node.knownLine()).join(''))
    return this
  }

  settings(extra: Partial<SshSettings> = {}): SshSettings {
    return {
      keyFiles: [this.keyFile],
      knownHostsFiles: [this.knownHosts],
      hostKeyPolicy: 'strict',
      ...extra,
      timeouts: {
        tcp: 400,
        handshake: 500,
        channel: 400,
        hello: 1500,
        sectionGrace: 300,
        nodeBudget: 10_000,
        keepalive: 0,
        ...extra.timeouts,
      },
    }
  }

  transport(extra: Partial<SshSettings> = {}): NodeTransport {
    return createSshTransport(this.settings(extra))
  }

  path(name: string): string {
    mkdirSync(this.folder, { recursive: true })
    return join(this.folder, name)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function target(port: number, extra: Partial<NodeTarget> = {}): NodeTarget {
  return { node: 'dgx030', address: '127.0.0.1', port, user: 'probe', ...extra }
}

export function section(id: string, script: string, extra: Partial<NodeRead> = {}): Section {
  return { id, read: { via: 'node', lane: 'fast', script, ...extra } }
}

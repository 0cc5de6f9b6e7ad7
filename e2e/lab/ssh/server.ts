import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'
import { keyPair } from '@/collectors/transport/ssh/test/key-pair'
import type { Replica } from '../scenario/scenario'
import { createReplay } from './replay'

const { Server, utils } = ssh2

/** What answers under one address: a recorded tree, or nothing. */
export interface LabHost {
  address: string
  /** CAIRN_ROOT of the node; null: the machine is off. */
  root: string | null
  /** The tree is shared: words of the tree, and this machine's own in their place. */
  words?: Replica['words']
}

export interface LabSsh {
  port: number
  /** Private key a client logs in with, OpenSSH format. */
  clientKey: string
  /** Line of a known_hosts file for all hosts. */
  knownHosts: string
  setHost(host: LabHost): void
  /** Runs so far, for benchmarks and tests. */
  runs(): number
  /** Real runs behind the answers of machines that share a tree. */
  recordings(): number
  close(): Promise<void>
}

export interface LabSshOptions {
  /** 0: any free port on the first address, then the same port on the others. */
  port?: number
  hosts: readonly LabHost[]
  /** Runs the script; the default runs it with a real `sh`. */
  run?: RunScript
}

/** Executes a command line with input, as sshd would for a login shell's `-c`. */
export type RunScript = (host: LabHost, command: string, channel: ServerChannel) => void

/** A real SSH server on loopback, one listening socket per node address; each exec is a real `sh` in the node's tree. */
export async function startLabSsh(options: LabSshOptions): Promise<LabSsh> {
  const hostKey = barePair()
  const client = barePair()
  const allowed = utils.parseKey(client.public)
  if (allowed instanceof Error) throw allowed
  const hosts = new Map(options.hosts.map((host) => [host.address, host]))
  const listeners: NetServer[] = []
  const sockets = new Set<Socket>()
  const replay = createReplay()
  const run: RunScript =
    options.run ?? ((host, command, channel) => (host.words ? replay.run : runInTree)(host, command, channel))
  let runs = 0
  let port = options.port ?? 0

  const serve = (address: string, socket: Socket): void => {
    const host = hosts.get(address)
    if (!host || host.root === null) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const server = new Server({ hostKeys: [hostKey.private] }, (connection) => {
      connection.on('error', () => socket.destroy())
      connection.on('authentication', (request) => {
        const known =
          request.method === 'publickey' &&
          request.key.algo === allowed.type &&
          request.key.data.equals(allowed.getPublicSSH())
        const proved =
          request.method === 'publickey' &&
          (!request.signature ||
            allowed.verify(request.blob ?? Buffer.alloc(0), request.signature, request.hashAlgo) === true)
        if (known && proved) request.accept()
        else request.reject(['publickey'])
      })
      connection.on('session', (accept) => {
        accept().on('exec', (acceptExec, _reject, info) => {
          runs += 1
          run(host, info.command, acceptExec())
        })
      })
    })
    server.injectSocket(socket)
  }

  for (const address of hosts.keys()) {
    const listener = createServer((socket) => serve(address, socket))
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen(port, address, () => resolve())
    })
    const bound = listener.address()
    if (port === 0 && bound !== null && typeof bound === 'object') port = bound.port
    listeners.push(listener)
  }

  return {
    port,
    clientKey: client.private,
    knownHosts: [...hosts.keys()].map((address) => `[${address}]:${port} ${hostKey.public}`).join('\n'),
    setHost(host) {
      hosts.set(host.address, host)
      // A machine that is switched off takes its connections with it.
      if (host.root === null) for (const socket of sockets) if (socket.localAddress === host.address) socket.destroy()
    },
    runs: () => runs,
    recordings: replay.recordings,
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))))
    },
  }
}

/** The node's own environment: its tools first, then the system's; nothing of ours. */
function runInTree(host: LabHost, command: string, channel: ServerChannel): void {
  const child = spawnInTree(host.root ?? '', command)
  channel.pipe(child.stdin)
  child.stdin.on('error', () => undefined)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  channel.on('close', () => child.kill('SIGKILL'))
  child.on('error', () => end(channel, 127))
  child.on('close', (code) => end(channel, code ?? 137))
}

/** A command line in a node's tree, as sshd would start it. */
export function spawnInTree(root: string, command: string): ChildProcessWithoutNullStreams {
  const env = childEnvironment({
    PATH: `${root}/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    CAIRN_ROOT: root,
    HOME: root,
    USER: 'cairn',
    LC_ALL: 'C',
  })
  return spawn('/bin/sh', ['-c', command], { env, cwd: root, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Ends an exec as sshd does. */
export function end(channel: ServerChannel, code: number): void {
  if (!channel.writable) return
  channel.exit(code)
  channel.end()
}

/** Without the comment, as known_hosts wants it. */
function barePair(): { private: string; public: string } {
  const { private: secret, public: open } = keyPair('cairn-lab')
  return { private: secret, public: open.split(' ').slice(0, 2).join(' ') }
}

/** Next's types demand NODE_ENV in every environment; a node's own has none. */
export function childEnvironment(values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return values as unknown as NodeJS.ProcessEnv
}

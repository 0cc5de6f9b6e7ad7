import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Where OpenSSH's server is, or why the test cannot have one. */
export function sshdPath(): { path: string } | { missing: string } {
  const path = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((file) => existsSync(file))
  if (path === undefined) return { missing: 'no OpenSSH sshd on this machine' }
  if (spawnSync('ssh-keygen', ['-?']).error) return { missing: 'no ssh-keygen on this machine' }
  return { path }
}

export interface SshdOptions {
  folder: string
  /** At most 16: sshd's own limit of listening sockets. `0.0.0.0` only inside a network namespace. */
  addresses: readonly string[]
  /** Lines of authorized_keys. */
  authorized: string
  extra?: readonly string[]
  user?: string
}

/** A throw-away OpenSSH server with its own configuration and host key. */
export class RealSshd {
  port = 0
  readonly user: string
  readonly hostPublic: string
  private child: ChildProcess | null = null

  constructor(private readonly options: SshdOptions) {
    this.user = options.user ?? userInfo().username
    mkdirSync(options.folder, { recursive: true })
    const hostKey = join(options.folder, 'host')
    if (!existsSync(hostKey)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
    this.hostPublic = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  }

  async start(): Promise<this> {
    const found = sshdPath()
    if ('missing' in found) throw new Error(found.missing)
    const { folder, addresses, authorized, extra = [] } = this.options
    this.port = await freePort()
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    writeFileSync(join(folder, 'authorized_keys'), authorized, { mode: 0o644 })
    const config = [
      ...addresses.map((address) => `ListenAddress ${address}:${this.port}`),
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'UseDNS no',
      'PrintMotd no',
      'LogLevel ERROR',
      ...extra,
    ]
    const file = join(folder, 'sshd_config')
    writeFileSync(file, `${config.join('\n')}\n`)
    this.child = spawn(found.path, ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    this.child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000)
    })
    const first = addresses[0] === '0.0.0.0' ? '127.0.0.1' : (addresses[0] ?? '127.0.0.1')
    for (let i = 0; i < 100; i++) {
      if (await answers(first, this.port)) return this
      if (this.child.exitCode !== null) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`sshd did not start: ${said}`)
  }

  knownLine(pattern: string): string {
    return `[${pattern}]:${this.port} ${this.hostPublic}\n`
  }

  stop(): void {
    this.child?.kill('SIGTERM')
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address ? address.port : 0
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

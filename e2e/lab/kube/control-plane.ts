import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** A real etcd and kube-apiserver on loopback: no controllers, no scheduler, no kubelets. */
export interface ControlPlane {
  url: string
  /** The administrator's, and any other token's. */
  kubeconfig(token?: string): string
  stop(): Promise<void>
}

const REPOSITORY = new URL('../../../', import.meta.url).pathname

/**
 * Where etcd and kube-apiserver are: `KUBEBUILDER_ASSETS` as everywhere in the ecosystem, else what the shared tools have built.
 * @returns the folder, or why there is none.
 */
export function findAssets(): { folder: string } | { missing: string } {
  const builder = join(REPOSITORY, '..', 'shared', 'tools', 'cluster', 'build')
  const named = process.env.KUBEBUILDER_ASSETS
  if (!named && !existsSync(builder)) return { missing: 'KUBEBUILDER_ASSETS is not set' }
  const folder = named ?? built(builder)
  if (folder === null) return { missing: 'the shared control plane is not built (and KUBEBUILDER_ASSETS is not set)' }
  const lacking = ['etcd', 'kube-apiserver'].filter((name) => !existsSync(join(folder, name)))
  return lacking.length === 0 ? { folder } : { missing: `${lacking.join(' and ')} not in ${folder}` }
}

/** What `build` prints, if it is done already: it answers at once then, and takes minutes otherwise. */
function built(builder: string): string | null {
  try {
    const folder = execFileSync(builder, {
      timeout: 5000,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    return folder === '' ? null : folder
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/** Starts both and waits until the API server is ready. */
export async function startControlPlane(assets: string): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-control-plane-'))
  const [etcdPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()]
  const admin = randomBytes(18).toString('hex')
  writeFileSync(join(folder, 'tokens.csv'), `${admin},admin,admin,system:masters\n`, { mode: 0o600 })
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  writeFileSync(join(folder, 'sa.key'), keys.privateKey, { mode: 0o600 })
  writeFileSync(join(folder, 'sa.pub'), keys.publicKey)
  const etcdUrl = `http://127.0.0.1:${etcdPort}`
  const peerUrl = `http://127.0.0.1:${peerPort}`
  const etcd = start(folder, join(assets, 'etcd'), [
    ...['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'error'],
    ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
    ...[
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      `default=${peerUrl}`,
    ],
  ])
  const server = start(folder, join(assets, 'kube-apiserver'), [
    ...[
      '--etcd-servers',
      etcdUrl,
      '--bind-address',
      '127.0.0.1',
      '--secure-port',
      String(apiPort),
      '--cert-dir',
      join(folder, 'certs'),
    ],
    ...[
      '--authorization-mode',
      'RBAC',
      '--token-auth-file',
      join(folder, 'tokens.csv'),
      '--service-cluster-ip-range',
      '10.0.0.0/24',
    ],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', '--disable-admission-plugins', 'ServiceAccount'],
    ...[
      '--service-account-key-file',
      join(folder, 'sa.pub'),
      '--service-account-signing-key-file',
      join(folder, 'sa.key'),
    ],
  ])
  const url = `https://127.0.0.1:${apiPort}`
  const stop = async () => {
    // etcd goes last: an API server without etcd never finishes stopping.
    await end(server)
    await end(etcd)
    rmSync(folder, { recursive: true, force: true })
  }
  const limit = Date.now() + 60_000
  while (!(await ready(`${url}/readyz`, admin))) {
    if (Date.now() > limit || server.exitCode !== null) {
      await stop()
      throw new Error('the API server did not become ready')
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const kubeconfig = (token = admin) =>
    stringify({
      clusters: [
        { name: 'real', cluster: { server: url, 'certificate-authority': join(folder, 'certs', 'apiserver.crt') } },
      ],
      users: [{ name: 'real', user: { token } }],
      contexts: [{ name: 'real', context: { cluster: 'real', user: 'real' } }],
      'current-context': 'real',
    })
  return { url, kubeconfig, stop }
}

function start(folder: string, command: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(folder, `${command.split('/').at(-1)}.log`), 'a')
  return spawn(command, [...args], { stdio: ['ignore', log, log] })
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 3000)
    child.once('exit', () => {
      clearTimeout(hard)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

function ready(url: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Its certificate is made at this start; only readiness is asked.
    const request = get(
      url,
      { rejectUnauthorized: false, timeout: 2000, headers: { authorization: `Bearer ${token}` } },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode === 200)
      },
    )
    request.on('error', () => resolve(false))
    request.on('timeout', () => request.destroy())
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

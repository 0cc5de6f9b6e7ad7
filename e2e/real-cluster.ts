import { execFile, execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import type { KubeObject } from '@/lib/collector'
import { findAssets } from './lab/kube/control-plane'

const TOOLS = new URL('../../shared/tools/cluster/', import.meta.url).pathname
const run = promisify(execFile)

/** A request in the API server's own audit log. */
export interface AuditLine {
  user: string
  verb: string
  resource: string
  namespace: string
  name: string
  code: number
}

/** A real control plane with controllers, scheduler and simulated kubelets (kwok), in a folder. */
export class RealCluster {
  private constructor(
    readonly folder: string,
    private readonly assets: string,
  ) {}

  /** Why none can be started here; null when one can. */
  static missing(): string | null {
    const assets = findAssets()
    if ('missing' in assets) return assets.missing
    if (!existsSync(join(TOOLS, 'up'))) return 'the shared tools (kwok, controllers, scheduler) are not here'
    const lacking = ['kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'].filter(
      (name) => !existsSync(join(assets.folder, name)),
    )
    return lacking.length === 0 ? null : `${lacking.join(', ')} not in ${assets.folder}`
  }

  /** Starts it; pods behave by `stages`, a file of kwok Stages. About 10 s. */
  static async start(folder: string, stages: string): Promise<RealCluster> {
    const assets = findAssets()
    if ('missing' in assets) throw new Error(assets.missing)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'own-stages.yaml')
    writeFileSync(file, stages)
    await run(join(TOOLS, 'up'), [join(folder, 'cluster')], {
      env: { ...process.env, STAGES: file, KUBEBUILDER_ASSETS: assets.folder },
      timeout: 90_000,
    })
    return new RealCluster(join(folder, 'cluster'), assets.folder)
  }

  stop(): void {
    execFileSync(join(TOOLS, 'down'), [this.folder], { stdio: 'ignore' })
  }

  /** @returns what kubectl prints; its own words in the error otherwise. */
  async kubectl(...args: string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: join(this.folder, 'kubeconfig') }
    const { stdout } = await run(join(this.assets, 'kubectl'), args, { env, timeout: 60_000, maxBuffer: 64 << 20 })
    return stdout
  }

  async apply(objects: readonly object[], ...options: string[]): Promise<void> {
    await this.write(objects, 'apply', '--server-side', '--force-conflicts', ...options)
  }

  private async write(objects: readonly object[], ...command: string[]): Promise<void> {
    const file = join(this.folder, 'apply.yaml')
    writeFileSync(file, objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'))
    await this.kubectl(...command, '-f', file)
  }

  /** Loads recorded objects, then their status where controllers of operators (which do not run here) would have written it. */
  async load(objects: readonly KubeObject[], withStatus: (object: KubeObject) => boolean): Promise<void> {
    const plain = objects.map(({ metadata, ...rest }) => {
      const { name, namespace, labels, annotations } = metadata
      const { status: _status, ...object } = rest as Record<string, unknown>
      return { ...object, metadata: { name, namespace, labels, annotations } }
    })
    const isNamespace = (object: object) => 'kind' in object && object.kind === 'Namespace'
    await this.apply(plain.filter(isNamespace))
    await this.apply(accountsOf(objects))
    // Recorded by operators of several releases: fields a CRD does not know are dropped, as a real server does.
    await this.write(
      plain.filter((object) => !isNamespace(object)),
      'create',
      '--validate=false',
    )
    for (const [at, object] of objects.entries()) {
      if (!('status' in object) || !withStatus(object)) continue
      const file = join(this.folder, `status-${at}.json`)
      writeFileSync(file, JSON.stringify({ status: object.status }))
      const { apiVersion = '', kind = '', metadata } = object
      const [group = '', version = ''] = apiVersion.split('/')
      const type = version === '' ? kind : `${kind}.${version}.${group}`
      const space = metadata.namespace === undefined ? [] : ['-n', metadata.namespace]
      const merge = ['--subresource=status', '--type=merge', `--patch-file=${file}`]
      await this.kubectl('patch', type, metadata.name, ...space, ...merge)
    }
  }

  /** A kubeconfig for a service account, by TokenRequest. */
  async kubeconfigOf(account: string, namespace: string): Promise<string> {
    const token = (await this.kubectl('create', 'token', account, '-n', namespace, '--duration=1h')).trim()
    const path = join(this.folder, `${account}.kubeconfig`)
    const admin = readFileSync(join(this.folder, 'kubeconfig'), 'utf8')
    writeFileSync(path, admin.replace(/token: \S+?}/, `token: ${token}}`), { mode: 0o600 })
    return path
  }

  /** Requests by users whose name begins so, that were answered. */
  audit(user: string): AuditLine[] {
    return readFileSync(join(this.folder, 'audit.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes(user))
      .map((line) => JSON.parse(line))
      .filter((entry) => String(entry.user?.username).startsWith(user))
      .map((entry) => ({
        user: String(entry.user.username),
        verb: String(entry.verb),
        resource: [entry.objectRef?.resource, entry.objectRef?.subresource].filter(Boolean).join('/'),
        namespace: String(entry.objectRef?.namespace ?? ''),
        name: String(entry.objectRef?.name ?? ''),
        code: Number(entry.responseStatus?.code ?? 0),
      }))
  }
}

/** Service accounts that recorded workloads run under: the real admission refuses pods without. */
function accountsOf(objects: readonly KubeObject[]): object[] {
  const accounts = new Map<string, object>()
  for (const { metadata, spec } of objects as readonly (KubeObject & { spec?: PodTemplated })[]) {
    const name = spec?.template?.spec?.serviceAccountName
    const { namespace } = metadata
    if (name)
      accounts.set(`${namespace}/${name}`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })
  }
  return [...accounts.values()]
}

interface PodTemplated {
  template?: { spec?: { serviceAccountName?: string } }
}

/** Appends container log lines as the runtime writes them (CRI). */
export function appendCri(file: string, lines: readonly string[]): void {
  const at = new Date().toISOString().replace('Z', '000000Z')
  appendFileSync(file, lines.map((line) => `${at} stdout F ${line}\n`).join(''))
}

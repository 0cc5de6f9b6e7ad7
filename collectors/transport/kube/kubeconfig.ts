import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Cluster, Context } from '@kubernetes/client-node'
import { parse as parseYaml } from 'yaml'
import type { IdentitySource } from './credentials'
import { codeOf } from './fault'
import { type RawUser, userSource } from './identity'
import { isLoopback, relativeTo } from './paths'
import { KubeConfigError, type KubeMode } from './types'
import { asList, asObject, asText, dig } from './untyped'

/** A server, how to trust it, and who to be there. */
export interface KubeTarget {
  server: URL
  context: string | null
  clusterName: string
  tls: { ca: Buffer | null; servername: string | null; insecure: boolean }
  source: IdentitySource
  warnings: string[]
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Finds the server and the credentials. @throws KubeConfigError saying what to change. */
export async function findTarget(
  mode: KubeMode,
  env: NodeJS.ProcessEnv = process.env,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<KubeTarget> {
  return mode.kind === 'in-cluster' ? inCluster(env, serviceAccount) : fromFiles(mode, env)
}

async function inCluster(env: NodeJS.ProcessEnv, folder: string): Promise<KubeTarget> {
  const host = env.KUBERNETES_SERVICE_HOST
  const port = env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT
  if (!host || !port)
    throw new KubeConfigError('Not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set')
  const source = await userSource({ tokenFile: join(folder, 'token') }, folder, {})
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    context: null,
    clusterName: 'in-cluster',
    tls: { ca: await material(join(folder, 'ca.crt'), 'the cluster CA'), servername: null, insecure: false },
    ...source,
  }
}

interface Merged {
  clusters: Map<string, { entry: Cluster; folder: string }>
  contexts: Map<string, Context>
  /** Users as written: client-node drops `tokenFile` and `as-groups`. */
  users: Map<string, { raw: RawUser; folder: string }>
  currentContext: string | null
}

async function fromFiles(mode: { path?: string; context?: string }, env: NodeJS.ProcessEnv): Promise<KubeTarget> {
  const files = mode.path ? [mode.path] : (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '')
  if (files.length === 0) files.push(join(env.HOME ?? homedir(), '.kube', 'config'))
  const merged = await merge(files, files.length > 1)
  const name = mode.context ?? merged.currentContext
  if (name === null)
    throw new KubeConfigError(`${files.join(', ')} sets no current-context; name one in cluster.context`)
  const context = merged.contexts.get(name)
  if (!context)
    throw new KubeConfigError(
      `No context ${name} in ${files.join(', ')}; there are ${[...merged.contexts.keys()].join(', ') || 'none'}`,
    )
  const cluster = merged.clusters.get(context.cluster)
  if (!cluster)
    throw new KubeConfigError(`Context ${name} names cluster ${context.cluster}, which is not in the kubeconfig`)
  const user = context.user ? merged.users.get(context.user) : undefined
  if (context.user && !user)
    throw new KubeConfigError(`Context ${name} names user ${context.user}, which is not in the kubeconfig`)
  return target(name, cluster.entry, cluster.folder, user?.raw ?? {}, user?.folder ?? '')
}

/** As kubectl merges: the first file that sets something wins. */
async function merge(files: readonly string[], mayLack: boolean): Promise<Merged> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const merged: Merged = { clusters: new Map(), contexts: new Map(), users: new Map(), currentContext: null }
  let read = 0
  for (const file of files) {
    const text = await readText(file, mayLack)
    if (text === null) continue
    read += 1
    const folder = dirname(file)
    const config = new KubeConfig()
    const document = parsed(text, file)
    try {
      config.loadFromString(text, { onInvalidEntry: 'filter' })
    } catch {
      // Its message may quote lines, which may be secrets.
      throw new KubeConfigError(`${file} is not a kubeconfig`)
    }
    for (const entry of config.getClusters())
      if (!merged.clusters.has(entry.name)) merged.clusters.set(entry.name, { entry, folder })
    for (const entry of config.getContexts())
      if (!merged.contexts.has(entry.name)) merged.contexts.set(entry.name, entry)
    for (const item of asList(dig(document, 'users'))) {
      const userName = asText(dig(item, 'name'))
      if (userName !== null && !merged.users.has(userName))
        merged.users.set(userName, { raw: asObject(dig(item, 'user')) ?? {}, folder })
    }
    merged.currentContext ??= asText(dig(document, 'current-context'))
  }
  if (read === 0) throw new KubeConfigError(`No kubeconfig found: looked for ${files.join(', ')}`)
  return merged
}

async function target(
  context: string,
  cluster: Cluster,
  folder: string,
  user: RawUser,
  userFolder: string,
): Promise<KubeTarget> {
  let server: URL
  try {
    server = new URL(cluster.server)
  } catch {
    throw new KubeConfigError(`Cluster ${cluster.name}: server is not a URL`)
  }
  if (cluster.proxyUrl) {
    throw new KubeConfigError(
      `Cluster ${cluster.name} has a proxy-url, which Cairn does not use; reach the API server directly or through a tunnel and remove it`,
    )
  }
  const warnings: string[] = []
  if (server.protocol === 'http:') {
    if (!isLoopback(server.hostname))
      throw new KubeConfigError(
        `Cluster ${cluster.name} is clear-text HTTP and not on loopback: credentials would be readable; use https`,
      )
    warnings.push('Clear-text HTTP to a server on this machine')
  } else if (server.protocol !== 'https:')
    throw new KubeConfigError(`Cluster ${cluster.name}: server must start with https://`)
  if (cluster.skipTLSVerify) warnings.push('insecure-skip-tls-verify: the identity of the API server is not checked')
  const ca = cluster.caData
    ? Buffer.from(cluster.caData, 'base64')
    : cluster.caFile
      ? await material(relativeTo(folder, cluster.caFile), 'certificate-authority')
      : null
  const info = {
    server: cluster.server,
    ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
    ...(cluster.skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}),
  }
  const found = await userSource(user, userFolder, info)
  return {
    server,
    context,
    clusterName: cluster.name,
    tls: { ca, servername: cluster.tlsServerName ?? null, insecure: cluster.skipTLSVerify },
    source: found.source,
    warnings: [...warnings, ...found.warnings],
  }
}

async function material(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new KubeConfigError(`Cannot read ${what} ${file} (${codeOf(error)})`)
  }
}

async function readText(file: string, mayLack: boolean): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (mayLack && codeOf(error) === 'ENOENT') return null
    throw new KubeConfigError(`Cannot read the kubeconfig ${file} (${codeOf(error)})`)
  }
}

/** The YAML document. Its own errors quote lines, which may be secrets: only the place is passed on. */
function parsed(text: string, file: string): unknown {
  try {
    return parseYaml(text)
  } catch (error) {
    throw new KubeConfigError(`${file} is not valid YAML (${codeOf(error) || 'syntax error'})`)
  }
}

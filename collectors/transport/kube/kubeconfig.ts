import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { IdentitySource } from './credentials'
import { codeOf } from './fault'
import { userSource } from './identity'
import { isLoopback, relativeTo } from './paths'
import { KubeConfigError, type KubeMode } from './types'
import { asList, asObject, asText, dig, type Json } from './untyped'

/** A server, how to trust it, and who to be there. */
export interface KubeTarget {
  server: URL
  context: string | null
  clusterName: string
  tls: { ca: Buffer | null; servername: string | null; insecure: boolean }
  source: IdentitySource
  warnings: string[]
}

type Env = Readonly<Record<string, string | undefined>>

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Finds the server and the credentials. @throws KubeConfigError saying what to change. */
export async function findTarget(
  mode: KubeMode,
  env: Env = process.env,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<KubeTarget> {
  return mode.kind === 'in-cluster' ? inCluster(env, serviceAccount) : fromFiles(mode, env)
}

async function inCluster(env: Env, folder: string): Promise<KubeTarget> {
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

/** An entry of `clusters`, `contexts` or `users` as written, with the folder its relative paths start from. */
interface Entry {
  raw: Json
  folder: string
}

interface Merged {
  clusters: Map<string, Entry>
  contexts: Map<string, Entry>
  users: Map<string, Entry>
  currentContext: string | null
}

/** Parsed here and not by client-node, which drops `tokenFile` and costs 28 MB of heap and 0.4 s to load (docs/architecture.md). */
async function fromFiles(mode: { path?: string; context?: string }, env: Env): Promise<KubeTarget> {
  const files = mode.path ? [mode.path] : (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '')
  if (files.length === 0) files.push(join(env.HOME ?? homedir(), '.kube', 'config'))
  const { clusters, contexts, users, currentContext } = await merge(files, files.length > 1)
  const name = mode.context ?? currentContext
  if (name === null)
    throw new KubeConfigError(`${files.join(', ')} sets no current-context; name one in cluster.context`)
  const context = contexts.get(name)?.raw
  if (!context)
    throw new KubeConfigError(
      `No context ${name} in ${files.join(', ')}; there are ${[...contexts.keys()].join(', ') || 'none'}`,
    )
  const clusterName = asText(context.cluster)
  const cluster = clusters.get(clusterName ?? '')
  if (clusterName === null || !cluster)
    throw new KubeConfigError(`Context ${name} names cluster ${clusterName}, which is not in the kubeconfig`)
  const userName = asText(context.user)
  const user = userName === null ? { raw: {}, folder: '' } : users.get(userName)
  if (!user) throw new KubeConfigError(`Context ${name} names user ${userName}, which is not in the kubeconfig`)
  return target(name, clusterName, cluster, user)
}

/** As kubectl merges: the first file that sets something wins. */
async function merge(files: readonly string[], mayLack: boolean): Promise<Merged> {
  const merged: Merged = { clusters: new Map(), contexts: new Map(), users: new Map(), currentContext: null }
  let read = 0
  for (const file of files) {
    const text = await readText(file, mayLack)
    if (text === null) continue
    read += 1
    const document = asObject(parsed(text, file))
    if (document === null) throw new KubeConfigError(`${file} is not a kubeconfig`)
    take(merged.clusters, document.clusters, 'cluster', dirname(file))
    take(merged.contexts, document.contexts, 'context', dirname(file))
    take(merged.users, document.users, 'user', dirname(file))
    merged.currentContext ??= asText(document['current-context'])
  }
  if (read === 0) throw new KubeConfigError(`No kubeconfig found: looked for ${files.join(', ')}`)
  return merged
}

function take(entries: Map<string, Entry>, list: unknown, part: string, folder: string): void {
  for (const item of asList(list)) {
    const name = asText(dig(item, 'name'))
    if (name !== null && !entries.has(name)) entries.set(name, { raw: asObject(dig(item, part)) ?? {}, folder })
  }
}

async function target(context: string, clusterName: string, { raw, folder }: Entry, user: Entry): Promise<KubeTarget> {
  const address = asText(raw.server) ?? ''
  const servername = asText(raw['tls-server-name'])
  const insecure = raw['insecure-skip-tls-verify'] === true
  const caData = asText(raw['certificate-authority-data'])
  const caFile = asText(raw['certificate-authority'])
  let server: URL
  try {
    server = new URL(address)
  } catch {
    throw new KubeConfigError(`Cluster ${clusterName}: server is not a URL`)
  }
  if (asText(raw['proxy-url']) !== null) {
    throw new KubeConfigError(
      `Cluster ${clusterName} has a proxy-url, which Cairn does not use; reach the API server directly or through a tunnel and remove it`,
    )
  }
  const warnings: string[] = []
  if (server.protocol === 'http:') {
    if (!isLoopback(server.hostname))
      throw new KubeConfigError(
        `Cluster ${clusterName} is clear-text HTTP and not on loopback: credentials would be readable; use https`,
      )
    warnings.push('Clear-text HTTP to a server on this machine')
  } else if (server.protocol !== 'https:')
    throw new KubeConfigError(`Cluster ${clusterName}: server must start with https://`)
  if (insecure) warnings.push('insecure-skip-tls-verify: the identity of the API server is not checked')
  const ca =
    caData !== null
      ? Buffer.from(caData, 'base64')
      : caFile !== null
        ? await material(relativeTo(folder, caFile), 'certificate-authority')
        : null
  const info = {
    server: address,
    ...(servername ? { 'tls-server-name': servername } : {}),
    ...(insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca ? { 'certificate-authority-data': ca.toString('base64') } : {}),
  }
  const found = await userSource(user.raw, user.folder, info)
  return {
    server,
    context,
    clusterName,
    tls: { ca, servername, insecure },
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

import { readFile } from 'node:fs/promises'
import type { Identity, IdentitySource } from './credentials'
import { execPlugin, runExecPlugin } from './exec-plugin'
import { codeOf, KubeFault } from './fault'
import { relativeTo } from './paths'
import { KubeConfigError } from './types'
import { asText, asTexts, dig, type Json } from './untyped'

const TOKEN_FILE_MAX_AGE_MS = 60_000

/**
 * How to become this user: token, token file, certificate (inline or file), basic, plug-in, impersonation; in kubectl's order of precedence.
 * `cluster` is what a plug-in may be told.
 * @throws KubeConfigError for what is not supported.
 */
export async function userSource(
  user: Json,
  folder: string,
  cluster: Json,
): Promise<{ source: IdentitySource; warnings: string[] }> {
  const warnings: string[] = []
  const impersonate = impersonation(user)
  const cert = pair(user, folder)
  const finish = (source: IdentitySource) => ({ source: decorated(source, impersonate, cert), warnings })

  const tokenFile = asText(user.tokenFile)
  if (tokenFile !== null) {
    const file = relativeTo(folder, tokenFile)
    return finish({
      renewable: true,
      maxAgeMs: TOKEN_FILE_MAX_AGE_MS,
      load: async () => bearer((await secret(file, 'token file')).toString('utf8').trim(), file),
    })
  }
  const token = asText(user.token)
  if (token !== null) return finish({ renewable: false, maxAgeMs: null, load: async () => bearer(token, 'token') })
  const username = asText(user.username)
  if (username !== null) {
    const pass = Buffer.from(`${username}:${asText(user.password) ?? ''}`).toString('base64')
    return finish({
      renewable: false,
      maxAgeMs: null,
      load: async () => ({ identity: { headers: { authorization: `Basic ${pass}` } }, expiresAt: null }),
    })
  }
  if (user.exec) {
    const plugin = configured(() => execPlugin(user.exec, folder, cluster))
    return finish({ renewable: true, maxAgeMs: null, load: () => runExecPlugin(plugin) })
  }
  const provider = asText(dig(user, 'auth-provider', 'name'))
  if (provider !== null) {
    const idToken = asText(dig(user, 'auth-provider', 'config', 'id-token'))
    if (provider !== 'oidc' || idToken === null)
      throw new KubeConfigError(`auth-provider ${provider} is not supported; use its credential plug-in (exec)`)
    warnings.push('The OIDC token of the kubeconfig is not renewed; use a credential plug-in (exec)')
    return finish({ renewable: false, maxAgeMs: null, load: async () => bearer(idToken, 'id-token') })
  }
  if (cert === null) warnings.push('No credentials for this context: requests are anonymous')
  return finish({
    renewable: false,
    maxAgeMs: null,
    load: async () => ({ identity: { headers: {} }, expiresAt: null }),
  })
}

interface CertPair {
  files: boolean
  load(): Promise<{ cert: Buffer; key: Buffer }>
}

/** The client certificate with its key; data wins over files, as in kubectl. */
function pair(user: Json, folder: string): CertPair | null {
  const side = (name: string) => {
    const data = asText(user[`${name}-data`])
    const file = asText(user[name])
    return data !== null ? Buffer.from(data, 'base64') : file !== null ? relativeTo(folder, file) : null
  }
  const cert = side('client-certificate')
  const key = side('client-key')
  if (cert === null && key === null) return null
  if (cert === null || key === null)
    throw new KubeConfigError('The kubeconfig has a client certificate or a key, but not both')
  const load = (at: Buffer | string, what: string) => (typeof at === 'string' ? secret(at, what) : Promise.resolve(at))
  return {
    files: typeof cert === 'string' || typeof key === 'string',
    load: async () => ({ cert: await load(cert, 'client certificate'), key: await load(key, 'client key') }),
  }
}

function decorated(
  source: IdentitySource,
  impersonate: Readonly<Record<string, string>>,
  cert: CertPair | null,
): IdentitySource {
  return {
    renewable: source.renewable || cert?.files === true,
    maxAgeMs: source.maxAgeMs,
    load: async () => {
      const { identity, expiresAt } = await source.load()
      const whole: Identity = {
        ...(cert ? await cert.load() : {}),
        ...identity,
        headers: { ...identity.headers, ...impersonate },
      }
      return { identity: whole, expiresAt }
    },
  }
}

function impersonation(user: Json): Readonly<Record<string, string>> {
  const as = asText(user.as)
  const groups = asTexts(user['as-groups'])
  if (groups.length > 1 || user['as-user-extra'] !== undefined || user['as-uid'] !== undefined) {
    throw new KubeConfigError('Impersonation with several groups, a uid or extra fields is not supported')
  }
  return {
    ...(as !== null ? { 'impersonate-user': as } : {}),
    ...(groups[0] ? { 'impersonate-group': groups[0] } : {}),
  }
}

function bearer(token: string, where: string) {
  if (token === '') throw new KubeFault('denied', `The ${where} is empty`)
  if (!/^[\x21-\x7e]+$/.test(token)) throw new KubeFault('denied', `The ${where} holds characters that no token has`)
  return { identity: { headers: { authorization: `Bearer ${token}` } }, expiresAt: null }
}

async function secret(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new KubeFault('denied', `Cannot read the ${what} ${file} (${codeOf(error)})`)
  }
}

function configured<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof KubeFault ? new KubeConfigError(error.message) : error
  }
}

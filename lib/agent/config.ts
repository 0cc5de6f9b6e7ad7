import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { isMap, isScalar, LineCounter, parseDocument, stringify, type Node as YamlNode } from 'yaml'
import type { z } from 'zod'
import { type Config, configSchema } from './config-schema'
import { nearest } from './suggest'

/** The configuration cannot be used (exit 78): one sentence per problem, with file and line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Effective settings with how people sign in decided. */
export interface EffectiveConfig extends Config {
  login: Config['login'] & { mode: 'launch-token' | 'tokens' }
  /** Where it came from; null: defaults only. */
  file: string | null
}

const MAX_CONFIG_BYTES = 1024 * 1024

/**
 * Reads `cairn.yaml`. Without a path: `CAIRN_CONFIG`, else `./cairn.yaml` if it is there, else defaults.
 * Relative paths inside are relative to the file; `~/` is the home folder.
 * @throws ConfigError
 */
export function loadConfig(
  path: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): EffectiveConfig {
  const wanted = path ?? env.CAIRN_CONFIG ?? (existsSync('cairn.yaml') ? 'cairn.yaml' : undefined)
  if (wanted === undefined) return parseConfig('', null)
  const file = resolve(wanted)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `${file} cannot be read (${error instanceof Error && 'code' in error ? error.code : 'error'})`,
    )
  }
  if (text.length > MAX_CONFIG_BYTES) throw new ConfigError(`${file} is larger than 1 MiB`)
  return parseConfig(text, file)
}

/** Validates the text of a configuration. @throws ConfigError */
export function parseConfig(text: string, file: string | null): EffectiveConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const label = file ?? 'cairn.yaml'
  const [broken] = document.errors
  if (broken) {
    // Only the first line of the message: the rest quotes the file, which may hold what should not be logged.
    throw new ConfigError(
      `${label}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0]?.replace(/:$/, '') ?? 'not YAML'}`,
    )
  }
  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (!parsed.success) {
    const at = (keys: readonly PropertyKey[]) => lines.linePos(offsetOf(document.contents, keys)).line
    throw new ConfigError(parsed.error.issues.flatMap((issue) => explain(issue, label, at)).join('\n'))
  }
  return decide(withAbsolutePaths(parsed.data, file ? dirname(file) : process.cwd()), file)
}

type Issue = z.core.$ZodIssue

function explain(issue: Issue, label: string, line: (path: readonly PropertyKey[]) => number): string[] {
  const where = issue.path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys') return [`${label}:${line(issue.path)}: ${where}: ${issue.message}`]
  return issue.keys.map((key) => {
    const guess = nearest(key, knownKeys(issue.path))
    const place = where === '' ? 'at the top' : `in ${where}`
    return `${label}:${line([...issue.path, key])}: unknown key "${key}" ${place}${guess ? `: did you mean "${guess}"?` : ''}`
  })
}

/** Byte offset of a key (or of the nearest thing around it) in the document. */
function offsetOf(contents: unknown, path: readonly PropertyKey[]): number {
  let node = contents
  let offset = 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (!pair) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSequenceLike(node)) {
      node = node.items[Number(key)]
      offset = rangeStart(node) ?? offset
    } else return offset
  }
  return offset
}

function isSequenceLike(node: unknown): node is { items: unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
}

function rangeStart(node: unknown): number | null {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as YamlNode).range : null
  return range?.[0] ?? null
}

/** Keys the schema knows at a path; walks through defaults and arrays. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema
  for (const key of path) {
    schema = unwrapped(schema)
    if (hasShape(schema)) schema = schema.shape[String(key)]
    else if (hasElement(schema)) schema = schema.element
  }
  schema = unwrapped(schema)
  return hasShape(schema) ? Object.keys(schema.shape) : []
}

function unwrapped(schema: unknown): unknown {
  let current = schema
  // An array has `unwrap` too, but is a step of the path of its own.
  while (!hasElement(current) && canUnwrap(current)) current = current.unwrap()
  return current
}

function canUnwrap(schema: unknown): schema is { unwrap(): unknown } {
  return typeof schema === 'object' && schema !== null && 'unwrap' in schema && typeof schema.unwrap === 'function'
}

function hasShape(schema: unknown): schema is { shape: Record<string, unknown> } {
  return typeof schema === 'object' && schema !== null && 'shape' in schema
}

function hasElement(schema: unknown): schema is { element: unknown } {
  return typeof schema === 'object' && schema !== null && 'element' in schema
}

/** Who may sign in how, and whether that is safe where it listens (SEC-01, SEC-02). */
function decide(config: Config, file: string | null): EffectiveConfig {
  const mode = config.login.mode ?? (config.login.tokens.length > 0 ? 'tokens' : 'launch-token')
  const { host } = config.listen
  if (mode === 'tokens' && config.login.tokens.length === 0) {
    throw new ConfigError('login.mode is tokens, but login.tokens is empty: nobody could sign in')
  }
  if (mode === 'launch-token' && !isLoopback(host)) {
    throw new ConfigError(
      `listen.host ${host} can be reached from outside this machine, but no login is configured: set login.tokens, or listen on 127.0.0.1`,
    )
  }
  if (['0.0.0.0', '::', '[::]'].includes(host) && config.listen.publicOrigin === undefined) {
    throw new ConfigError(
      `listen.host ${host} means every address, so Cairn cannot tell its own name from a foreign one: set listen.publicOrigin`,
    )
  }
  const names = config.login.tokens.map((token) => token.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError(`login.tokens: the name "${twice}" is used twice`)
  return { ...config, login: { ...config.login, mode }, file }
}

/** True for addresses only this machine reaches. A host name is only `localhost`. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (bare === 'localhost' || bare === '::1') return true
  return isIP(bare) === 4 && bare.startsWith('127.')
}

function withAbsolutePaths(config: Config, base: string): Config {
  const absolute = (path: string) => (path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(base, path))
  const maybe = (path: string | undefined) => (path === undefined ? undefined : absolute(path))
  const target = <
    T extends { keyFiles?: string[] | undefined; jump?: { keyFiles?: string[] | undefined } | null | undefined },
  >(
    ssh: T,
  ): T => ({
    ...ssh,
    keyFiles: ssh.keyFiles?.map(absolute),
    ...(ssh.jump ? { jump: { ...ssh.jump, keyFiles: ssh.jump.keyFiles?.map(absolute) } } : {}),
  })
  return {
    ...config,
    cluster: { ...config.cluster, kubeconfig: maybe(config.cluster.kubeconfig) },
    ssh: {
      ...target(config.ssh),
      knownHosts: config.ssh.knownHosts.map(absolute),
      passphraseFile: maybe(config.ssh.passphraseFile),
      passwordFile: maybe(config.ssh.passwordFile),
      overrides: config.ssh.overrides.map(target),
    },
    runs: { ...config.runs, kubeconfig: maybe(config.runs.kubeconfig) },
    store: { path: absolute(config.store.path) },
    alerts: { webhooks: config.alerts.webhooks.map((hook) => ({ ...hook, urlFile: absolute(hook.urlFile) })) },
  }
}

/** Effective values as YAML for the doctor page; token hashes are left out. */
export function printableConfig(config: EffectiveConfig): string {
  const { file, ...values } = config
  const tokens = values.login.tokens.map(({ sha256: _, ...token }) => token)
  const shown = JSON.parse(JSON.stringify({ ...values, login: { ...values.login, tokens } }))
  return `# ${file ?? 'defaults: no cairn.yaml'}\n${stringify(shown)}`
}

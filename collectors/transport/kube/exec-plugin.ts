import { spawn } from 'node:child_process'
import { sanitiseLine } from '@/lib/sanitise'
import type { Identity, Loaded } from './credentials'
import { codeOf, KubeFault } from './fault'
import { relativeTo } from './paths'
import { asList, asObject, asText, asTexts, dig, type Json, parseJson } from './untyped'

/** A client-go credential plug-in, as a kubeconfig declares it. */
export interface ExecPlugin {
  command: string
  args: readonly string[]
  env: readonly { name: string; value: string }[]
  apiVersion: string
  installHint: string | null
  /** `spec.cluster` of KUBERNETES_EXEC_INFO, where `provideClusterInfo` asks for it. */
  cluster?: Json
}

const TIMEOUT_MS = 20_000
const MAX_STDOUT = 1024 * 1024
const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

/** Reads the `exec` part of a user. `folder` is the kubeconfig's: a relative command with a slash is found from there. */
export function execPlugin(spec: unknown, folder: string, cluster: Json): ExecPlugin {
  const command = asText(dig(spec, 'command'))
  const apiVersion = asText(dig(spec, 'apiVersion')) ?? ''
  if (command === null) throw new KubeFault('denied', 'The kubeconfig names a credential plug-in without a command')
  if (!API_VERSIONS.includes(apiVersion)) {
    throw new KubeFault(
      'denied',
      sanitiseLine(
        `The credential plug-in ${command} asks for ${apiVersion || 'no apiVersion'}; known are ${API_VERSIONS.join(' and ')}`,
      ),
    )
  }
  if (dig(spec, 'interactiveMode') === 'Always') {
    throw new KubeFault(
      'denied',
      sanitiseLine(
        `The credential plug-in ${command} needs a terminal (interactiveMode Always); use a token or another plug-in`,
      ),
    )
  }
  return {
    command: command.includes('/') ? relativeTo(folder, command) : command,
    args: asTexts(dig(spec, 'args')),
    env: asList(dig(spec, 'env')).flatMap((item) => {
      const name = asText(dig(item, 'name'))
      const value = dig(item, 'value')
      return name !== null && typeof value === 'string' ? [{ name, value }] : []
    }),
    apiVersion,
    installHint: asText(dig(spec, 'installHint')),
    ...(dig(spec, 'provideClusterInfo') === true ? { cluster } : {}),
  }
}

/**
 * Runs the plug-in once, without a terminal and with a time limit. Its output is a secret and is never part of an error.
 * @throws KubeFault `denied` when it fails, `timeout` when it hangs.
 */
export async function runExecPlugin(plugin: ExecPlugin, timeoutMs = TIMEOUT_MS): Promise<Loaded> {
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { interactive: false, ...(plugin.cluster ? { cluster: plugin.cluster } : {}) },
  }
  const env = {
    ...process.env,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  }
  const answer = parseJson(await run(plugin, env, timeoutMs))
  const status = asObject(dig(answer, 'status'))
  if (dig(answer, 'kind') !== 'ExecCredential' || status === null)
    throw new KubeFault('denied', `${named(plugin)} printed no ExecCredential`)
  if (dig(answer, 'apiVersion') !== plugin.apiVersion)
    throw new KubeFault('denied', `${named(plugin)} answered another apiVersion than it was asked for`)
  return { identity: identityOf(status, plugin), expiresAt: expiryOf(status) }
}

function identityOf(status: Json, plugin: ExecPlugin): Identity {
  const token = asText(status.token)
  const cert = asText(status.clientCertificateData)
  const key = asText(status.clientKeyData)
  if (token === null && (cert === null || key === null))
    throw new KubeFault('denied', `${named(plugin)} gave neither a token nor a certificate with its key`)
  return {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    ...(cert !== null && key !== null ? { cert: Buffer.from(cert), key: Buffer.from(key) } : {}),
  }
}

function expiryOf(status: Json): number | null {
  const at = Date.parse(asText(status.expirationTimestamp) ?? '')
  return Number.isNaN(at) ? null : at
}

function run(plugin: ExecPlugin, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a hung plug-in goes with its children.
    const child = spawn(plugin.command, [...plugin.args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const out: Buffer[] = []
    let size = 0
    let said = ''
    const fail = (fault: KubeFault) => {
      clearTimeout(timer)
      kill(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      reject(fault)
    }
    const timer = setTimeout(
      () => fail(new KubeFault('timeout', `${named(plugin)} did not answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_STDOUT) fail(new KubeFault('denied', `${named(plugin)} printed more than ${MAX_STDOUT} bytes`))
      else out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 2000) said += chunk.toString('utf8')
    })
    child.on('error', (error) => {
      const missing = codeOf(error) === 'ENOENT'
      const hint = plugin.installHint ? `: ${sanitiseLine(plugin.installHint)}` : ''
      fail(
        new KubeFault(
          'denied',
          `${named(plugin)} ${missing ? `is not installed${hint}` : `cannot be started (${codeOf(error)})`}`,
        ),
      )
    })
    child.on('close', (code, signal) => {
      if (code === 0) {
        clearTimeout(timer)
        resolve(Buffer.concat(out).toString('utf8'))
      } else
        fail(
          new KubeFault(
            'denied',
            `${named(plugin)} failed (${signal ?? `exit code ${code}`})${said === '' ? '' : `: ${withoutTokens(said)}`}`,
          ),
        )
    })
  })
}

/** Ends the plug-in's process group; it may be gone already. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

/** What the plug-in complained about, without anything that could be a credential. */
function withoutTokens(said: string): string {
  return sanitiseLine(said.replace(/[A-Za-z0-9_=./+-]{24,}/g, '[long word]'), 300)
}

function named(plugin: ExecPlugin): string {
  return sanitiseLine(`The credential plug-in ${plugin.command}`, 200)
}

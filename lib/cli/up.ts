import { existsSync, mkdirSync, openSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '@/lib/agent/config'
import type { ReadyMessage } from '@/lib/agent/main'
import { packageRoot } from '@/lib/agent/package-root'
import { type Child, keepRunning, plainEnvironment } from './children'
import { EXIT, EXIT_HELP } from './exit-codes'
import { freePort } from './free-port'
import { type RunningLab, startLab } from './lab-child'
import { UsageError } from './usage-error'

export const help = `cairn up [--config FILE] [--port N] [--demo]: starts agent and web, prints the address

With a cairn.yaml or a kubeconfig: your cluster. Without: the demo, a simulated cluster on this machine.
Enter prints a new sign-in link; Ctrl-C stops everything.

${EXIT_HELP}`

/** Starts everything and stays until it is stopped. */
export async function main(argv: readonly string[], demo = false): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      demo: { type: 'boolean' },
      scenario: { type: 'string' },
      nodes: { type: 'string' },
    },
  })
  const choice = chooseCluster(values.config, demo || values.demo === true, process.env)
  say(choice.why)
  let lab: RunningLab | null = null
  try {
    if (choice.kind === 'demo') lab = await startLab(values.scenario, values.nodes)
    const configPath = lab?.configPath ?? choice.config
    return await serve(configPath, values.host, values.port, lab)
  } finally {
    await lab?.stop()
  }
}

type Choice =
  | { kind: 'cluster'; config: string | undefined; why: string }
  | { kind: 'demo'; config: undefined; why: string }

/** The real cluster where there is one to talk to, else the demo; says which and why. */
export function chooseCluster(
  config: string | undefined,
  demo: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Choice {
  if (demo)
    return { kind: 'demo', config: undefined, why: 'Showing the demo, a simulated cluster, because you asked for it.' }
  const file = config ?? env.CAIRN_CONFIG ?? (existsSync('cairn.yaml') ? 'cairn.yaml' : undefined)
  if (file !== undefined)
    return { kind: 'cluster', config: file, why: `Using your cluster: configured in ${resolve(file)}.` }
  const kubeconfigs = env.KUBECONFIG ? env.KUBECONFIG.split(delimiter) : [join(homedir(), '.kube', 'config')]
  const kubeconfig = kubeconfigs.find((path) => path !== '' && existsSync(path))
  if (kubeconfig !== undefined)
    return { kind: 'cluster', config: undefined, why: `Using your cluster: found the kubeconfig ${kubeconfig}.` }
  if (env.KUBERNETES_SERVICE_HOST)
    return { kind: 'cluster', config: undefined, why: 'Using this cluster: running inside it.' }
  return {
    kind: 'demo',
    config: undefined,
    why: `Showing the demo, a simulated cluster: there is no cairn.yaml and no kubeconfig (${kubeconfigs.join(', ')}).`,
  }
}

async function serve(
  configPath: string | undefined,
  host: string | undefined,
  portText: string | undefined,
  lab: RunningLab | null,
): Promise<number> {
  const config = loadConfig(configPath, process.env)
  const wanted = portText === undefined ? config.listen.port : Number(portText)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    throw new UsageError('--port takes a number from 1 to 65535')
  const address = host ?? config.listen.host
  const port = await freePort(address, wanted)
  if (port === null) {
    process.stderr.write(`cairn up: no free port from ${wanted} on\n`)
    return EXIT.failed
  }
  if (port !== wanted) say(`Port ${wanted} is taken: using ${port}.`)
  const socket = socketIn(config.store.path)
  const root = packageRoot()
  mkdirSync(config.store.path, { recursive: true, mode: 0o700 })
  const logFile = (name: string) => openSync(join(config.store.path, `${name}.log`), 'a', 0o600)
  const agentArgs = [join(root, 'dist', 'agent.mjs'), '--socket', socket, '--host', address, '--port', String(port)]
  if (configPath !== undefined) agentArgs.push('--config', configPath)

  let announced = false
  const agent = keepRunning(
    'agent',
    agentArgs,
    { stdio: ['ignore', logFile('agent'), 'inherit', 'ipc'] },
    (message) => {
      if (!isReady(message)) return
      const link =
        message.launchToken === null ? message.origin : `${message.origin}/login#token=${message.launchToken}`
      void webIsUp(address, port)
        .then((up) => {
          if (!up)
            return process.stderr.write(
              'cairn up: the web side does not answer yet; this link will work once it does:\n',
            )
          if (!announced)
            say(
              `Cairn is ready; logs are in ${config.store.path}.${lab === null ? '' : ` The demo can be steered at ${lab.control}.`}`,
            )
          announced = true
        })
        .finally(() =>
          say(
            `\n  ${link}\n${message.launchToken === null ? '' : '\n  The link works once. Enter prints a new one, Ctrl-C stops.\n'}`,
          ),
        )
    },
  )
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const web = keepRunning('web', [next, 'start', '-H', address, '-p', String(port)], {
    cwd: root,
    stdio: ['ignore', logFile('web'), logFile('web')],
    env: plainEnvironment({ CAIRN_SOCKET: socket, NEXT_TELEMETRY_DISABLED: '1' }),
  })
  return untilGone([agent, web], agent)
}

/** Waits for a signal or for a child that will not come back; then stops all. */
async function untilGone(children: readonly Child[], agent: Child): Promise<number> {
  const signalled = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(EXIT.ok))
  })
  if (process.stdin.isTTY) process.stdin.on('data', () => agent.send('new-launch-token'))
  const code = await Promise.race([signalled, ...children.map((child) => child.gone)])
  for (const child of children) child.stop()
  await Promise.all(children.map((child) => child.gone))
  process.stdin.pause()
  return code
}

/** The socket beside the store, or in a short folder of our own when its path would be too long for the kernel. */
function socketIn(folder: string): string {
  const path = join(folder, 'agent.sock')
  if (Buffer.byteLength(path) <= 107) return path
  const short = join(tmpdir(), `cairn-${process.getuid?.() ?? 0}-${process.pid}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  return join(short, 'agent.sock')
}

async function webIsUp(host: string, port: number): Promise<boolean> {
  const reachable = ['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host
  const name = reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const answer = await fetch(`http://${name}:${port}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    )
    if (answer?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return false
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready'
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

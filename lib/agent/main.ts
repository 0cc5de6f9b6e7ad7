import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Agent, type ComposeDeps, compose } from './compose'
import { ConfigError, type EffectiveConfig, loadConfig, parseConfig, printableConfig } from './config'
import { createLog, type Log } from './log'
import { packageRoot } from './package-root'
import { AlreadyRunning } from './store/lock'
import { StoreUnusable } from './store/open'

/** Exit codes of the agent (sysexits.h): another instance, unusable configuration or store. */
export const EXIT = { ok: 0, failed: 1, usage: 2, alreadyRunning: 75, configuration: 78 } as const

/** Sent to the parent process (`cairn up`) when the agent is ready, and for every new sign-in link. */
export interface ReadyMessage {
  kind: 'ready'
  origin: string
  launchToken: string | null
  socket: string
}

const HELP = `cairn agent: the process that reads, judges and remembers

  --config FILE    cairn.yaml (default: CAIRN_CONFIG, else ./cairn.yaml, else defaults)
  --socket PATH    Unix socket to listen on (default: agent.sock in the store's folder)
  --host, --port   where the web side listens, instead of listen.host and listen.port
  --check-config   print the effective configuration and exit

Exit codes: 0 stopped, 1 failed, 2 usage, 75 already running, 78 configuration or store cannot be used.
`

/** How long a stop may take before the process leaves anyway (F-56). */
const STOP_MS = 9_500

/** Runs the agent until SIGTERM or SIGINT. Returns its exit code, or stays for ever. */
export async function agentMain(argv: readonly string[], createPorts: ComposeDeps['createPorts']): Promise<number> {
  let options: Options
  try {
    options = optionsOf(argv)
  } catch (error) {
    process.stderr.write(`cairn agent: ${messageOf(error)}\n`)
    return EXIT.usage
  }
  if (options.help) {
    process.stdout.write(HELP)
    return EXIT.ok
  }
  const log = createLog()
  try {
    const config = configOf(options)
    if (options['check-config']) {
      process.stdout.write(printableConfig(config))
      return EXIT.ok
    }
    const socketPath = socketOf(options.socket, config)
    const agent = await compose({
      config,
      socketPath,
      version: versionText(),
      clock: { now: () => new Date() },
      log,
      createPorts,
    })
    announce(agent, socketPath)
    return await untilStopped(agent, socketPath, log)
  } catch (error) {
    process.stderr.write(`cairn agent: ${messageOf(error)}\n`)
    if (error instanceof ConfigError || error instanceof StoreUnusable) return EXIT.configuration
    if (error instanceof AlreadyRunning) return EXIT.alreadyRunning
    log.fatal({ err: error }, 'the agent cannot start')
    return EXIT.failed
  }
}

type Options = ReturnType<typeof optionsOf>

function optionsOf(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string' },
      socket: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'check-config': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  return values
}

/** The file's values, with the address of this start laid over them and judged again. */
function configOf(options: Options): EffectiveConfig {
  const config = loadConfig(options.config, process.env)
  if (options.host === undefined && options.port === undefined) return config
  const { file, ...values } = config
  const listen = {
    ...values.listen,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: Number(options.port) }),
  }
  // JSON is YAML: the same validation, with the same words.
  return { ...parseConfig(JSON.stringify({ ...values, listen }), null), file }
}

function socketOf(path: string | undefined, config: EffectiveConfig): string {
  const socket = resolve(path ?? join(config.store.path, 'agent.sock'))
  // sun_path holds 108 bytes with its end mark; the kernel would cut a longer one without a word.
  if (Buffer.byteLength(socket) > 107)
    throw new ConfigError(`the socket's path is longer than 107 bytes: choose a shorter one with --socket (${socket})`)
  return socket
}

/** Hands the sign-in link to `cairn up` over IPC, or prints it once. It is never logged. */
function announce(agent: Agent, socket: string): void {
  const launchToken = agent.newLaunchToken()
  if (process.send !== undefined) {
    const tell = (token: string | null) => {
      const message: ReadyMessage = { kind: 'ready', origin: agent.origin, launchToken: token, socket }
      process.send?.(message)
    }
    tell(launchToken)
    process.on('message', (message) => {
      if (message === 'new-launch-token') tell(agent.newLaunchToken())
    })
  } else if (launchToken !== null) {
    process.stderr.write(`Sign in once with ${agent.origin}/login#token=${launchToken}\n`)
  }
}

function untilStopped(agent: Agent, socket: string, log: Log): Promise<number> {
  return new Promise((done) => {
    const stop = (signal: string) => {
      log.info({ signal, socket }, 'stopping')
      const late = setTimeout(() => {
        log.error('stopping took too long: leaving')
        done(EXIT.failed)
      }, STOP_MS)
      agent.stop().then(
        () => {
          clearTimeout(late)
          done(EXIT.ok)
        },
        (error: unknown) => {
          log.error({ err: error }, 'stopping failed')
          done(EXIT.failed)
        },
      )
    }
    process.once('SIGTERM', () => stop('SIGTERM'))
    process.once('SIGINT', () => stop('SIGINT'))
    // The parent is gone without a word: nobody would ever stop this process.
    process.once('disconnect', () => stop('disconnect'))
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'uncaught')
      done(EXIT.failed)
    })
    process.on('unhandledRejection', (error) => {
      log.fatal({ err: error }, 'unhandled rejection')
      done(EXIT.failed)
    })
  })
}

/** Version of the package this file was built from. */
function versionText(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

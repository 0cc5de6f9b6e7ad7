import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** A child that keeps running: restarted when it crashes, stopped with the rest. */
export interface Child {
  name: string
  /** Resolves with the exit code once it is gone for good. */
  gone: Promise<number>
  send(message: string): void
  stop(): void
}

/** Exit codes that another start would only repeat. */
const FINAL: readonly number[] = [0, 2, 75, 78]
const MAX_RESTARTS = 5
const RESTART_WINDOW_MS = 600_000
const KILL_MS = 10_000

/** Starts a child by an argument list (never a shell) and keeps it running. */
export function keepRunning(
  name: string,
  argv: readonly string[],
  options: SpawnOptions,
  onMessage: (message: unknown) => void = () => {},
): Child {
  const starts: number[] = []
  let current: ChildProcess | null = null
  let stopping = false
  let settle: (code: number) => void = () => {}
  const gone = new Promise<number>((resolve) => {
    settle = resolve
  })

  const start = () => {
    starts.push(performance.now())
    const child = spawn(process.execPath, [...argv], options)
    current = child
    child.on('message', onMessage)
    child.on('error', (error) => process.stderr.write(`cairn: ${name} cannot start: ${error.message}\n`))
    child.on('close', (code, signal) => {
      current = null
      const recent = starts.filter((at) => performance.now() - at < RESTART_WINDOW_MS).length
      const status = code ?? 1
      if (stopping || FINAL.includes(status) || recent > MAX_RESTARTS) return settle(stopping ? 0 : status)
      // Ctrl-C reaches children before our own handler may have run: wait before calling it a crash.
      setTimeout(() => {
        if (stopping) return settle(0)
        process.stderr.write(`cairn: ${name} ended (${signal ?? `exit ${status}`}): starting it again\n`)
        start()
      }, 1_000)
    })
  }
  start()

  return {
    name,
    gone,
    send: (message) => current?.send?.(message),
    stop: () => {
      stopping = true
      if (current === null) return settle(0)
      const child = current
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), KILL_MS).unref()
    },
  }
}

/** What a child may see of our environment: nothing that could be a secret (SEC-08, SEC-41). */
export function plainEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'USER',
    'LANG',
    'LC_ALL',
    'TZ',
    'TERM',
    'TMPDIR',
    'NO_COLOR',
    'FORCE_COLOR',
    'NODE_EXTRA_CA_CERTS',
  ]
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { NODE_ENV: 'production', ...Object.fromEntries(own), ...extra }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertsOf, postAlert } from './alerts'
import { type Audit, openAudit } from './audit'
import type { EffectiveConfig } from './config'
import { type EventHub, eventHub } from './http/events'
import { siteOf } from './http/guard'
import { handlersOf } from './http/handlers'
import { createAgentServer, listenOnSocket } from './http/server'
import type { Log } from './log'
import { rateLimits } from './login/limits'
import { randomBase62 } from './login/secret'
import { sessionsIn } from './login/sessions'
import { tokensOf } from './login/tokens'
import { createMetrics, type Metrics } from './metrics'
import type { Clock, Ports } from './ports'
import { securityItems } from './security-items'
import { ownOf } from './snapshots/own'
import { createSnapshots } from './snapshots/service'
import { openStore, type Store } from './store/open'
import { applyRetention } from './store/retention'
import { watchLogin } from './token-reload'

/** What the engine side gets to build its ports from. */
export interface AgentContext {
  config: EffectiveConfig
  store: Store
  audit: Audit
  log: Log
  clock: Clock
  metrics: Pick<Metrics, 'collector'>
  version: string
}

export interface ComposeDeps {
  config: EffectiveConfig
  socketPath: string
  version: string
  clock: Clock
  log: Log
  /** Builds the observed fleet, the runs and explain; started afterwards. */
  createPorts(context: AgentContext): Ports | Promise<Ports>
}

/** A running agent. */
export interface Agent {
  /** Address people use. */
  origin: string
  /** A fresh sign-in link's token; the one before stops working. Null in tokens mode. */
  newLaunchToken(): string | null
  /** Stops new work, ends streams, closes SSH, persists (F-56). Runs go on in the cluster. */
  stop(): Promise<void>
}

/** File with the token of this machine's command line, beside the store; only this user can read it. */
export const CLI_TOKEN_FILE = 'cli.token'

/**
 * The composition root: store, audit, login, HTTP and the engine's ports, tied together once.
 * @throws AlreadyRunning, StoreUnusable, and what the ports throw at start
 */
export async function compose(deps: ComposeDeps): Promise<Agent> {
  const { config, clock, log } = deps
  const folder = config.store.path
  const store = openStore(join(folder, 'cairn.db'), clock)
  const { movedTo } = store.health()
  if (movedTo !== null) log.error({ movedTo }, 'THE STORE WAS CORRUPTED: it was moved aside and history starts anew')
  const auditPath = join(folder, 'audit.jsonl')
  const audit = openAudit(auditPath, clock)
  const localToken = randomBase62(256)
  writeFileSync(join(folder, CLI_TOKEN_FILE), localToken, { mode: 0o600 })

  const login = watchLogin(config, log)
  const tokens = tokensOf(login.current, clock, localToken)
  const sessions = sessionsIn(store.db, clock, tokens, config.login)
  const limits = rateLimits(store.db, clock)
  const site = siteOf(config.listen)

  let ports: Ports | null = null
  const ready = (): Ports => {
    if (ports === null) throw new Error('asked before the ports were built')
    return ports
  }
  const events: EventHub = eventHub(() => ready().fleet.revision())
  const metrics = createMetrics({
    fleet: {
      checks: () => ready().fleet.checks(),
      fleet: (since) => ready().fleet.fleet(since),
      liveness: () => ready().fleet.liveness(),
    },
    runStates: async () => (await ready().runs.list()).runs,
    storeWritable: () => store.health().state === 'ok',
    streams: () => events.count(),
  })
  ports = await deps.createPorts({ config, store, audit, log, clock, metrics, version: deps.version })
  const { fleet, runs, explain } = ports

  const snapshots = createSnapshots({
    db: store.db,
    clock,
    fleet,
    runs,
    explain,
    limits,
    origin: site.origin,
    own: () => ownOf(config, fleet.fleet(Number.MAX_SAFE_INTEGER).cluster.server),
  })
  const handlers = handlersOf({
    ...ports,
    config,
    store,
    audit,
    clock,
    tokens,
    sessions,
    limits,
    snapshots,
    version: deps.version,
    securityItems: () => securityItems({ ...config, login: login.current() }, login.problem(), auditPath),
  })
  const server = createAgentServer({
    site,
    sessions,
    tokens,
    handlers,
    fleet,
    store,
    clock,
    log,
    metrics,
    events,
    openMetrics: config.listen.openMetrics,
  })

  const alerts = alertsOf({
    webhooks: config.alerts.webhooks,
    db: store.db,
    clock,
    log,
    origin: site.origin,
    causes: () => fleet.causes(),
    // Until every node was read or given up on since the start, a missing cause says nothing.
    settled: () => fleet.fleet(Number.MAX_SAFE_INTEGER).sweep?.finishedAt != null,
    post: postAlert,
  })
  const quiet = [fleet.onChange((change) => events.publish(change)), runs.onChange((change) => events.publish(change))]
  const timers = [
    every(5, log, async () => {
      login.check()
      if (store.health().state === 'read-only') await store.probe(clock.now())
    }),
    every(30, log, () => alerts.look()),
    every(60, log, async () => {
      await store.probe(clock.now())
    }),
    every(3_600, log, () => applyRetention(store.db, config.retention, clock.now())),
  ]

  await listenOnSocket(server, deps.socketPath)
  await fleet.open()
  await runs.open()
  log.info({ socket: deps.socketPath, store: store.path, login: config.login.mode }, 'agent is ready')

  let stopping: Promise<void> | null = null
  const stop = async () => {
    for (const timer of timers) clearInterval(timer)
    for (const forget of quiet) forget()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    events.closeAll()
    server.closeIdleConnections()
    // Requests under way get two seconds; the store may only close after the last of them.
    const hurry = setTimeout(() => server.closeAllConnections(), 2_000)
    await closed
    clearTimeout(hurry)
    await Promise.allSettled([runs.close(), fleet.close()])
    await store.close()
    audit.close()
    log.info('agent has stopped')
  }
  return {
    origin: site.origin,
    newLaunchToken: () => tokens.newLaunchToken(),
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

function every(seconds: number, log: Log, act: () => Promise<unknown>): NodeJS.Timeout {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    act()
      .catch((error: unknown) => log.error({ err: error }, 'housekeeping failed'))
      .finally(() => {
        busy = false
      })
  }, seconds * 1_000)
  timer.unref()
  return timer
}

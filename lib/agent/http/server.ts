import { randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import type { Log } from '@/lib/agent/log'
import type { Metrics } from '@/lib/agent/metrics'
import type { Clock, FleetView } from '@/lib/agent/ports'
import { Refusal, refuse } from '@/lib/agent/refusal'
import type { Store } from '@/lib/agent/store/open'
import { StoreUnwritable } from '@/lib/agent/store/sqlite'
import { openapi } from '@/lib/contract/openapi'
import { type ApiDeps, answerRoute, identify, mayUse } from './api'
import type { EventHub } from './events'
import { hostKind } from './guard'
import { API, matchRoute } from './match'
import { readiness } from './probes'
import { baseHeaders, internalRefusal, sendJson, sendRefusal, sendText } from './send'

export interface ServerDeps extends ApiDeps {
  fleet: FleetView
  store: Store
  clock: Clock
  log: Log
  metrics: Metrics
  events: EventHub
  openMetrics: boolean
}

/** Routes outside the table, by exact path; each says who may. */
const EXTRA = {
  '/healthz': 'health',
  '/readyz': 'ready',
  '/metrics': 'metrics',
  [`${API}/events`]: 'events',
  [`${API}/openapi.json`]: 'openapi',
} as const
type Extra = (typeof EXTRA)[keyof typeof EXTRA]

/** The agent's HTTP server, not yet listening. */
export function createAgentServer(deps: ServerDeps): Server {
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 60_000, headersTimeout: 10_000 },
    (request, response) => {
      void answer(request, response, deps)
    },
  )
  server.maxRequestsPerSocket = 0
  return server
}

async function answer(request: IncomingMessage, response: ServerResponse, deps: ServerDeps): Promise<void> {
  const started = performance.now()
  const requestId = randomUUID()
  for (const [name, value] of Object.entries(baseHeaders(deps.site.scheme === 'https'))) response.setHeader(name, value)
  response.setHeader('x-request-id', requestId)
  const [path = '', search = ''] = splitUrl(request.url ?? '')
  const extra = Object.hasOwn(EXTRA, path) ? EXTRA[path as keyof typeof EXTRA] : null
  const match = extra === null ? matchRoute(request.method ?? '', path) : null
  // Logged and counted by route, never by path: a frozen link's path is its key.
  const route = extra ?? (match?.kind === 'route' ? match.name : 'none')
  try {
    if (extra !== null) await answerExtra(extra, request, response, deps)
    else if (match?.kind === 'route') {
      await answerRoute(match.name, match.params, new URLSearchParams(search), request, response, requestId, deps)
    } else if (match?.kind === 'wrong-method') {
      response.setHeader('allow', match.allow)
      throw refuse('method-not-allowed')
    } else throw refuse('not-found')
  } catch (error) {
    refuseWith(error, response, requestId, route, deps.log)
  }
  const { statusCode } = response
  deps.metrics.http(route, request.method ?? '', statusCode, (performance.now() - started) / 1_000)
  if (request.method !== 'GET')
    deps.log.info({ requestId, route, status: statusCode, ms: Math.round(performance.now() - started) }, 'request')
}

function refuseWith(error: unknown, response: ServerResponse, requestId: string, route: string, log: Log): void {
  const refusal =
    error instanceof Refusal ? error : error instanceof StoreUnwritable ? refuse('store-read-only') : internalRefusal()
  if (refusal.entry.status >= 500) log.error({ err: error, requestId, route }, 'request failed')
  if (response.headersSent) response.destroy()
  else sendRefusal(response, refusal, requestId)
}

async function answerExtra(
  extra: Extra,
  request: IncomingMessage,
  response: ServerResponse,
  deps: ServerDeps,
): Promise<void> {
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET')
    throw refuse('method-not-allowed')
  }
  // Probes come by address from a kubelet and hold no data: any Host.
  if (extra === 'health') return sendText(response, 200, 'ok\n')
  if (extra === 'ready') {
    const state = readiness(deps.fleet, deps.store, deps.clock)
    return sendJson(response, state.ready ? 200 : 503, state)
  }
  if (extra === 'metrics' && deps.openMetrics) return sendText(response, 200, await deps.metrics.text(), METRICS_TYPE)
  const { actor, session, byCookie } = await identify(request, deps)
  // A scraper with a token reaches us by pod address; whoever comes with a cookie is a browser and is held to our names.
  if (hostKind(request.headers, deps.site) === 'foreign' && (byCookie || extra !== 'metrics'))
    throw refuse('wrong-host')
  mayUse('viewer', actor)
  if (extra === 'metrics') return sendText(response, 200, await deps.metrics.text(), METRICS_TYPE)
  if (extra === 'openapi') return sendJson(response, 200, openapi())
  const lastEventId = request.headers['last-event-id']
  const isLive = async () => (await identify(request, deps)).actor !== null
  request.socket.setTimeout(0)
  deps.events.open(
    response,
    session?.idHash ?? actor?.user ?? '',
    typeof lastEventId === 'string' ? lastEventId : undefined,
    isLive,
  )
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

function splitUrl(url: string): [string, string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

/** Listens on a Unix socket only this user can open. A socket left by a killed agent is removed: the store's lock says it is dead. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  removeStale(path)
  // Created closed: between listen and chmod nobody else can connect.
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
    })
    chmodSync(path, 0o600)
  } finally {
    process.umask(mask)
  }
}

function removeStale(path: string): void {
  try {
    if (!lstatSync(path).isSocket()) throw new Error(`${path} is in the way: it is not a socket`)
    unlinkSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/**
 * Answers of the agent's API from fixtures, over a Unix socket: the harness of the component-state specs only.
 * A `scenario` cookie chooses what it plays: incident (default), big, empty, healthy, error, denied, signed-out, slow, viewer, hostile.
 */
import { existsSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { apiError } from '@/lib/contract/api'
import { type RouteName, routes } from '@/lib/contract/routes'
import { answer, Refusal } from './answers'

const socket = process.env.CAIRN_SOCKET ?? '/tmp/cairn-stand-in.sock'

function scenarioOf(request: IncomingMessage): string {
  return /(?:^|;\s*)scenario=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'incident'
}

function find(method: string, path: string): { name: RouteName; params: Record<string, string> } | null {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method !== method) continue
    const wanted = route.path.split('/')
    const given = path.split('/')
    if (wanted.length !== given.length) continue
    const params: Record<string, string> = {}
    const fits = wanted.every((part, index) => {
      const key = /^\{(\w+)\}$/.exec(part)?.[1]
      if (key) params[key] = decodeURIComponent(given[index] ?? '')
      return key !== undefined || part === given[index]
    })
    if (fits && isRoute(name)) return { name, params }
  }
  return null
}

function isRoute(name: string): name is RouteName {
  return Object.hasOwn(routes, name)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-request-id': 'req-stand-in',
  })
  response.end(text)
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  send(
    response,
    refusal.status,
    apiError.parse({
      error: {
        code: refusal.code,
        what: refusal.what,
        stillWorks: refusal.stillWorks,
        todo: refusal.todo,
        requestId: 'req-7f3a',
      },
    }),
  )
}

function events(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': hello\n\n')
  const timer = setInterval(() => response.write('event: heartbeat\ndata: {}\n\n'), 15_000)
  response.on('close', () => clearInterval(timer))
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent')
  if (['/healthz', '/readyz', '/metrics'].includes(url.pathname)) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
    return
  }
  const path = url.pathname.replace(/^\/api\/v1/, '')
  const scenario = scenarioOf(request)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  if (path === '/events') {
    events(response)
    return
  }
  const found = find(request.method ?? 'GET', path)
  if (!found) {
    refuse(response, new Refusal(404, 'no-route', 'There is no such address'))
    return
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  const internal = request.headers['x-cairn-internal'] === 'frozen'
  try {
    if (scenario === 'slow') await new Promise((resolve) => setTimeout(resolve, 3_000))
    const result = answer({ name: found.name, params: found.params, query: url.searchParams, body, scenario, internal })
    const parsed = routes[found.name].response.safeParse(result)
    if (!parsed.success) throw new Error(`${found.name}: the fixture breaks the contract: ${parsed.error.message}`)
    send(response, 200, parsed.data)
  } catch (error) {
    if (error instanceof Refusal) refuse(response, error)
    else {
      console.error(error)
      refuse(response, new Refusal(500, 'broken-fixture', error instanceof Error ? error.message : 'failed'))
    }
  }
}

if (existsSync(socket)) rmSync(socket)
createServer((request, response) => void handle(request, response)).listen(socket, () =>
  console.log(`stand-in agent on ${socket}`),
)

import type { IncomingMessage } from 'node:http'
import { askAgent } from './agent-socket'
import { holdStream } from './streams'

/** Request headers that reach the agent. An allow-list: nothing a proxy or framework speaks, and never the internal header. */
const REQUEST_HEADERS = [
  'accept',
  'authorization',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'if-none-match',
  'last-event-id',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-cairn-csrf',
  'x-request-id',
]
const RESPONSE_HEADERS = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-type',
  'etag',
  'retry-after',
  'www-authenticate',
  'x-request-id',
]

/** Pipes one request to the agent and its answer back, byte for byte. Decides nothing. */
export async function pipe(request: Request): Promise<Response> {
  const url = new URL(request.url)
  const headers: Record<string, string> = {}
  for (const name of REQUEST_HEADERS) {
    const value = request.headers.get(name)
    if (value !== null) headers[name] = value
  }
  const abort = new AbortController()
  request.signal.addEventListener('abort', () => abort.abort(), { once: true })
  try {
    const answer = await askAgent({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers,
      body: request.method === 'GET' || request.method === 'HEAD' ? null : request.body,
      signal: abort.signal,
    })
    return respond(answer, abort)
  } catch (error) {
    return agentDown(error)
  }
}

function respond(answer: IncomingMessage, abort: AbortController): Response {
  const headers = new Headers()
  for (const name of RESPONSE_HEADERS) {
    const value = answer.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  for (const cookie of answer.headers['set-cookie'] ?? []) headers.append('set-cookie', cookie)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (headers.get('content-type')?.startsWith('text/event-stream')) {
    headers.set('cache-control', 'no-store, no-transform')
    headers.set('x-accel-buffering', 'no')
  }
  const status = answer.statusCode ?? 502
  const empty = status === 204 || status === 304
  if (empty) answer.resume()
  return new Response(empty ? null : bodyOf(answer, abort), { status, headers })
}

/** The answer as a web stream with back-pressure; a reader that leaves, and SIGTERM, end the upstream request. */
function bodyOf(answer: IncomingMessage, abort: AbortController): ReadableStream<Uint8Array> {
  let open = true
  let forget = () => {}
  /** True the first time only: a stream ends once, whoever ends it. */
  const end = (): boolean => {
    const first = open
    open = false
    forget()
    return first
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const close = () => {
        if (!end()) return
        controller.close()
        abort.abort()
      }
      const fail = (error: Error) => {
        if (end()) controller.error(error)
      }
      forget = holdStream(close)
      answer.on('data', (chunk: Buffer) => {
        if (!open) return
        controller.enqueue(new Uint8Array(chunk))
        if ((controller.desiredSize ?? 0) <= 0) answer.pause()
      })
      answer.once('end', close)
      answer.on('error', fail)
      // Closed before its end: what came so far must not pass for a whole answer.
      answer.once('close', () => fail(new Error('The agent closed the connection')))
      abort.signal.addEventListener('abort', close, { once: true })
    },
    pull() {
      answer.resume()
    },
    cancel() {
      end()
      abort.abort()
    },
  })
}

/** What a reader sees when nobody listens on the socket. */
function agentDown(error: unknown): Response {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const body = {
    error: {
      code: 'agent-down',
      what: `The Cairn agent does not answer (${code})`,
      stillWorks: 'Pages already open keep their last data. Nothing in the cluster is touched by this.',
      todo: 'Start the agent, or look at its log: it says why it stopped.',
      requestId: crypto.randomUUID(),
    },
  }
  return Response.json(body, { status: 502, headers: { 'cache-control': 'no-store' } })
}

import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { ApiError } from './api'
import { apiError } from './api'
import { INTERNAL_HOST } from './internal-host'
import { type RequestOf, type ResponseOf, type RouteName, routes } from './routes'

/** The agent said no, in words of its catalogue. */
export class ApiRefusal extends Error {
  override name = 'ApiRefusal'
  constructor(
    readonly status: number,
    readonly error: ApiError['error'],
  ) {
    super(error.todo === undefined ? error.what : `${error.what} ${error.todo}`)
  }
}

/** The agent does not answer at its socket. */
export class AgentUnreachable extends Error {
  override name = 'AgentUnreachable'
}

export interface SocketClientOptions {
  socketPath: string
  /** Sent as `Authorization: Bearer`; none for routes that need no session. */
  token?: string
  timeoutMs?: number
}

export interface Call<N extends RouteName> {
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  body?: RequestOf<N>
}

/** Cap on an answer, bytes. */
const MAX_ANSWER = 128 * 1024 * 1024

/**
 * Calls a route of the table over the agent's Unix socket; the answer is validated.
 * @throws ApiRefusal, AgentUnreachable
 */
export async function callAgent<N extends RouteName>(
  options: SocketClientOptions,
  name: N,
  call: Call<N> = {},
): Promise<ResponseOf<N>> {
  const route = routes[name]
  const body = route.method === 'POST' || route.method === 'DELETE' ? JSON.stringify(call.body ?? {}) : undefined
  const answer = await send(options, {
    method: route.method,
    path: `/api/v1${fillPath(route.path, call.params ?? {})}${queryOf(call.query)}`,
    headers: {
      host: INTERNAL_HOST,
      accept: 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    },
    ...(body === undefined ? {} : { body }),
  })
  const status = answer.statusCode ?? 0
  const value = parseJson(await textOf(answer))
  if (status < 200 || status > 299) {
    const refused = apiError.safeParse(value)
    throw refused.success
      ? new ApiRefusal(status, refused.data.error)
      : new AgentUnreachable(`the agent answered ${status} without saying why`)
  }
  const parsed = route.response.safeParse(value)
  if (!parsed.success) throw new AgentUnreachable('the agent answered in a form this version does not know')
  return parsed.data as ResponseOf<N>
}

/** One request as it is, for the web side's pipe: the answer is streamed, headers untouched. @throws AgentUnreachable */
export function send(
  options: SocketClientOptions,
  request: {
    method: string
    path: string
    headers: Readonly<Record<string, string>>
    body?: string | Readable
    signal?: AbortSignal
  },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        socketPath: options.socketPath,
        method: request.method,
        path: request.path,
        headers: request.headers,
        ...(request.signal ? { signal: request.signal } : {}),
      },
      resolve,
    )
    outgoing.on('error', (error) =>
      reject(new AgentUnreachable(`the agent does not answer at ${options.socketPath} (${error.message})`)),
    )
    if (options.timeoutMs !== undefined) {
      outgoing.setTimeout(options.timeoutMs, () => outgoing.destroy(new Error(`no answer in ${options.timeoutMs} ms`)))
    }
    if (request.body === undefined || typeof request.body === 'string') outgoing.end(request.body)
    else request.body.on('error', (error) => outgoing.destroy(error)).pipe(outgoing)
  })
}

/** Puts values into `{name}` places of a route's path. */
export function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{([a-z]+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''))
}

function queryOf(query: Readonly<Record<string, string>> | undefined): string {
  return query && Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > MAX_ANSWER) throw new AgentUnreachable('the agent answered more than 128 MiB')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

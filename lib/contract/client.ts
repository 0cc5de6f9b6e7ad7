import { z } from 'zod'
import { apiError } from './api'
import { type RequestOf, type ResponseOf, type Route, type RouteName, routes } from './routes'

// The page's CSP forbids `new Function`, which zod would try for speed.
z.config({ jitless: true })

/** A failed call, in the words every error uses: what happened, what still works, what to do, and an id to quote. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /**
   * @param status HTTP status; 0 when no answer came.
   * @param code Machine-readable; `offline` and `bad-answer` are the client's own.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly what: string,
    readonly stillWorks: string | null = null,
    readonly todo: string | null = null,
    readonly requestId: string | null = null,
  ) {
    super(what)
  }
}

export interface CallInput<N extends RouteName> {
  /** Values of `{name}` segments, not yet encoded. */
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string | undefined>>
  body?: RequestOf<N>
  signal?: AbortSignal
}

export interface Client {
  /** Calls one route of the table; the answer is validated. Throws ApiError. */
  call<N extends RouteName>(name: N, input?: CallInput<N>): Promise<ResponseOf<N>>
}

export interface ClientOptions {
  /** Without a trailing slash: `/api/v1`, or an origin plus that. */
  base: string
  /** Headers of every call (a bearer token, for the CLI). */
  headers?: Readonly<Record<string, string>>
  fetch?: typeof fetch
}

/** A client of `/api/v1`, used by the pages and by the CLI. */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? fetch
  let csrf: string | null = null

  async function call<N extends RouteName>(name: N, input: CallInput<N> = {}): Promise<ResponseOf<N>> {
    const route: Route = routes[name]
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
    if (input.body !== undefined) headers['content-type'] = 'application/json'
    if (route.method !== 'GET' && name !== 'login') {
      csrf ??= (await call('session', { signal: input.signal })).csrf
      headers['x-cairn-csrf'] = csrf
    }
    const body = input.body === undefined ? undefined : JSON.stringify(input.body)
    const response = await send(options.base + pathOf(route.path, input.params, input.query), {
      method: route.method,
      headers,
      body,
      signal: input.signal,
      credentials: 'same-origin',
      cache: 'no-store',
    }).catch((error: unknown) => Promise.reject(unsent(error)))
    // Another tab may have signed in anew: the next call asks for a fresh token.
    if (response.status === 401 || response.status === 403) csrf = null
    const answer = await answerOf(response)
    const parsed = route.response.safeParse(answer)
    if (!parsed.success) throw badAnswer(response, `${name}: ${z.prettifyError(parsed.error).slice(0, 300)}`)
    return checked<N>(parsed.data)
  }
  return { call }
}

/** The one place where a validated answer gets its static type back: the table lost it by name. */
function checked<N extends RouteName>(data: unknown): ResponseOf<N> {
  return data as ResponseOf<N>
}

function pathOf(path: string, params: CallInput<RouteName>['params'], query: CallInput<RouteName>['query']): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params?.[key] ?? ''))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(key, value)
  const text = search.toString()
  return text ? `${filled}?${text}` : filled
}

async function answerOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw badAnswer(response, 'not JSON')
  })
  if (response.ok) return answer
  const failure = apiError.safeParse(answer)
  if (!failure.success) throw badAnswer(response, 'an error without words')
  const { code, what, stillWorks, todo, requestId } = failure.data.error
  throw new ApiError(response.status, code, what, stillWorks ?? null, todo ?? null, requestId)
}

function badAnswer(response: Response, detail: string): ApiError {
  return new ApiError(
    response.status,
    'bad-answer',
    `The agent answered in a form this page does not know (HTTP ${response.status}; ${detail})`,
    'Other pages may still work.',
    'Reload the page. If it stays, the page and the agent are of different versions: restart both.',
  )
}

function unsent(error: unknown): unknown {
  if (error instanceof DOMException && error.name === 'AbortError') return error
  return new ApiError(
    0,
    'offline',
    'Cairn cannot be reached from this browser',
    'What is on the page stays, with its age.',
    'Check the network or the port-forward. The page reconnects by itself.',
  )
}

/** The pages' client: same origin, session cookie. */
export const api = createClient({ base: '/api/v1', fetch: (input, init) => fetch(input, init) })

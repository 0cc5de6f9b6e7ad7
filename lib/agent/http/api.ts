import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { cookieName, sessionCookie, sessionIdOf } from '@/lib/agent/login/cookie'
import type { LiveSession, Sessions } from '@/lib/agent/login/sessions'
import type { Tokens } from '@/lib/agent/login/tokens'
import type { Actor } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import type { Role } from '@/lib/contract/api'
import { type Route, type RouteName, routes } from '@/lib/contract/routes'
import { readJson } from './body'
import { bearerOf, csrfMatches, hostKind, isJson, isSameOrigin, type Site } from './guard'
import type { Call, Handlers } from './handlers'
import { sendJson } from './send'

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 }
const MAX_BODY = 64 * 1024
const MAX_EXPLAIN_BODY = 64 * 1024 * 1024
/** Routes that take pasted captures. */
const CAPTURES: ReadonlySet<string> = new Set(['explain', 'previewSnapshot'])

/** Who sent a request, and how they proved it. */
export interface Identity {
  actor: Actor | null
  session: LiveSession | null
  authMode: string
  /** Sent with a cookie: changes need Origin and CSRF token. */
  byCookie: boolean
}

export interface ApiDeps {
  site: Site
  sessions: Sessions
  tokens: Tokens
  handlers: Handlers
}

/** Finds out who sends a request. A request with our cookie is judged by it alone, whatever else it carries. */
export async function identify(
  request: IncomingMessage,
  deps: Pick<ApiDeps, 'site' | 'sessions' | 'tokens'>,
): Promise<Identity> {
  const { cookie } = request.headers
  const secure = deps.site.scheme === 'https'
  if (cookie?.includes(`${cookieName(secure)}=`)) {
    const id = sessionIdOf(cookie, secure)
    const session = id === null ? null : await deps.sessions.find(id)
    return {
      actor: session && { user: session.user, role: session.role },
      session,
      authMode: session?.mode ?? 'none',
      byCookie: true,
    }
  }
  const token = bearerOf(request.headers)
  const owner = token === null ? null : deps.tokens.bearer(token)
  return {
    actor: owner && { user: owner.user, role: owner.role },
    session: null,
    authMode: owner?.mode ?? 'none',
    byCookie: false,
  }
}

/** Least role of a route held? @throws Refusal `signed-out`, `forbidden` */
export function mayUse(role: 'anyone' | Role, actor: Actor | null): void {
  if (role === 'anyone') return
  if (actor === null) throw refuse('signed-out')
  if (RANK[actor.role] < RANK[role]) throw refuse('forbidden', { role })
}

/** Answers one request of the route table: host, identity, role, cross-site rules, request schema, handler, answer schema. */
export async function answerRoute(
  name: RouteName,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  deps: ApiDeps,
): Promise<void> {
  const route: Route = routes[name]
  const kind = hostKind(request.headers, deps.site)
  if (kind === 'foreign') throw refuse('wrong-host')
  // Frozen links are read by the web side on its own behalf, which renders them; nobody else asks by this address.
  if (name === 'snapshot' && kind !== 'internal') throw refuse('not-found')

  const identity = await identify(request, deps)
  if (route.method !== 'GET') refuseCrossSite(name, request, identity, deps.site)
  mayUse(route.role, identity.actor)

  const cookies: string[] = []
  const secure = deps.site.scheme === 'https'
  const call = {
    params,
    query: queryOf(route, query),
    body: await bodyOf(name, route, request),
    actor: identity.actor,
    session: identity.session,
    authMode: identity.authMode,
    requestId,
    setSession: (id: string | null) => {
      cookies.push(id === null ? sessionCookie('', secure, 0) : sessionCookie(id, secure, 86_400))
    },
  }
  const answer = await handlerOf(name, deps.handlers)(call)
  const parsed = route.response.safeParse(answer)
  if (!parsed.success) {
    throw new Error(
      `answer of ${name} does not fit its schema: ${parsed.error.issues
        .slice(0, 5)
        .map((issue) => `${issue.path.join('.')} ${issue.code}`)
        .join('; ')}`,
    )
  }
  for (const cookie of cookies) response.appendHeader('set-cookie', cookie)
  sendJson(response, 200, parsed.data)
}

/** SEC-12. A bearer call without our cookie is exempt: a browser never adds that header by itself. */
function refuseCrossSite(name: RouteName, request: IncomingMessage, identity: Identity, site: Site): void {
  const { headers } = request
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if ((hasBody || headers['content-type'] !== undefined) && !isJson(headers)) throw refuse('not-json')
  if (!identity.byCookie && identity.actor !== null) return
  if (!isSameOrigin(headers, site)) throw refuse('cross-site')
  // Signing in needs no CSRF token: there may be no session yet, and the token in the body is what an attacker lacks.
  if (name === 'login') return
  if (identity.session === null) throw refuse('signed-out')
  if (!csrfMatches(headers['x-cairn-csrf'], identity.session.csrf)) throw refuse('cross-site')
}

function queryOf(route: Route, query: URLSearchParams): Record<string, string> {
  const known = route.query ?? []
  const values: Record<string, string> = {}
  for (const [key, value] of query) {
    if (!known.includes(key) || key in values || value.length > 512)
      throw refuse('bad-request', { fields: `query ${key}` })
    values[key] = value
  }
  return values
}

async function bodyOf(name: RouteName, route: Route, request: IncomingMessage): Promise<unknown> {
  if (route.method === 'GET') return null
  const json = await readJson(request, CAPTURES.has(name) ? MAX_EXPLAIN_BODY : MAX_BODY)
  if (route.request === null) return null
  const parsed = route.request.safeParse(json)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'body'} (${issue.code})`)
  throw refuse('bad-request', { fields: fields.join(', ') })
}

/** The table ties a handler's types to its name; looked up by a name of any route, that tie is lost and given back here. */
function handlerOf(name: RouteName, handlers: Handlers): (call: unknown) => Promise<unknown> {
  return handlers[name] as (call: Call<never> | unknown) => Promise<unknown>
}

/** True for errors zod throws. */
export function isSchemaError(error: unknown): boolean {
  return error instanceof z.ZodError
}

import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Audit, AuditEntry } from '@/lib/agent/audit'
import { type EffectiveConfig, printableConfig } from '@/lib/agent/config'
import { LIMITS, type RateLimits } from '@/lib/agent/login/limits'
import type { LiveSession, Sessions } from '@/lib/agent/login/sessions'
import type { Tokens } from '@/lib/agent/login/tokens'
import type { Actor, Clock, Ports } from '@/lib/agent/ports'
import { Refusal, refuse } from '@/lib/agent/refusal'
import type { Snapshots } from '@/lib/agent/snapshots/service'
import type { Store } from '@/lib/agent/store/open'
import type { DoctorItem, Session } from '@/lib/contract/api'
import type { RouteName, routes } from '@/lib/contract/routes'

/** What a handler knows of one request: all of it validated. */
export interface Call<N extends RouteName> {
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  body: (typeof routes)[N]['request'] extends z.ZodType ? z.output<(typeof routes)[N]['request']> : null
  /** Null only on routes for anyone. */
  actor: Actor | null
  /** Null for a bearer token. */
  session: LiveSession | null
  /** `launch-token`, `tokens`, or `none`. */
  authMode: string
  requestId: string
  /** Sets the session cookie; null removes it. */
  setSession(id: string | null): void
}

/** One handler a route: the type makes a forgotten one a compile error. */
export type Handlers = { [N in RouteName]: (call: Call<N>) => Promise<z.input<(typeof routes)[N]['response']>> }

export interface HandlerDeps extends Ports {
  config: EffectiveConfig
  store: Store
  audit: Audit
  clock: Clock
  tokens: Tokens
  sessions: Sessions
  limits: RateLimits
  snapshots: Snapshots
  version: string
  /** Security items of the doctor page. */
  securityItems(): readonly DoctorItem[]
}

/** All handlers of the route table. */
export function handlersOf(deps: HandlerDeps): Handlers {
  const { fleet, runs, explain, snapshots, limits, sessions, tokens, clock, store } = deps

  /** Writes the audit line, then acts, then writes how it ended. */
  const audited = async <T>(
    call: Call<RouteName>,
    entry: Pick<AuditEntry, 'action' | 'target' | 'level'> & { digest?: string },
    act: () => Promise<T>,
  ): Promise<T> => {
    const line = { ...entry, ...who(call), requestId: call.requestId }
    deps.audit.record({ ...line, outcome: 'started' })
    try {
      const result = await act()
      deps.audit.record({ ...line, outcome: 'done' })
      return result
    } catch (error) {
      deps.audit.record({ ...line, outcome: error instanceof Refusal ? 'refused' : 'failed' })
      throw error
    }
  }

  return {
    session: async (call) => sessionBody(call, signedIn(call), clock),

    login: async (call) => {
      const account = tokens.account(call.body.token)
      await limits.take(`login:${account}`, LIMITS.loginAccount)
      await limits.take('login:all', LIMITS.loginAll)
      const owner = tokens.exchange(call.body.token)
      const attempt = { authMode: deps.config.login.mode, action: 'login', target: account, requestId: call.requestId }
      if (owner === null) {
        deps.audit.record({ ...attempt, actor: account, role: 'none', outcome: 'refused', level: 3, cwe: 307 })
        throw refuse('login-refused')
      }
      deps.audit.record({ ...attempt, actor: owner.user, role: owner.role, outcome: 'done', level: 2 })
      // A new id every time: what was in the browser before is worth nothing (fixation).
      if (call.session !== null) await sessions.close(call.session.idHash)
      const opened = await sessions.open(owner)
      call.setSession(opened.id)
      const { mode, user, role, csrf, expiresAt } = opened.session
      return { mode, user, role, csrf, expiresAt }
    },

    logout: async (call) => {
      if (call.session !== null) await sessions.close(call.session.idHash)
      call.setSession(null)
      return { id: 'signed-out' }
    },

    fleet: async (call) => {
      const page = fleet.fleet(sinceOf(call.query.since))
      return { ...page, liveness: { ...page.liveness, store: storeLiveness(store) } }
    },

    node: async (call) => {
      const node = call.params.name ?? ''
      const page = await fleet.node(node)
      if (page === null) throw refuse('no-such-node', { node })
      return page
    },

    evidence: async (call) => {
      const { check } = call.query
      if (check === undefined) throw refuse('bad-request', { fields: 'check is missing' })
      const node = call.params.name ?? ''
      const page = await fleet.evidence(node, check)
      if (page === null) throw refuse('no-such-check', { check })
      return page
    },

    verify: async (call) => {
      const actor = signedIn(call)
      const node = call.params.name ?? ''
      const check = call.body.check ?? null
      await limits.take(`verify-user:${actor.user}`, LIMITS.verifyUser)
      await limits.take(`verify-node:${node}`, LIMITS.verifyNode)
      return audited(call, { action: 'verify', target: check === null ? node : `${node} ${check}`, level: 1 }, () =>
        fleet.verify(node, check, actor),
      )
    },

    sweep: async (call) =>
      audited(call, { action: 'sweep', target: 'fleet', level: 2 }, () => fleet.sweep(signedIn(call))),

    causes: async () => ({ causes: [...fleet.causes()], at: clock.now().toISOString() }),

    cause: async (call) => {
      const page = fleet.cause(call.params.signature ?? '')
      if (page === null) throw refuse('no-such-cause')
      return page
    },

    checks: async () => ({ checks: [...fleet.checks()] }),

    doctor: async () => ({
      items: [...(await fleet.doctor()), storeItem(store), ...deps.securityItems()],
      configuration: printableConfig(deps.config),
      version: deps.version,
      at: clock.now().toISOString(),
    }),

    explain: async (call) => {
      await limits.take(`explain:${signedIn(call).user}`, LIMITS.explainUser)
      return explain.explain(call.body)
    },

    runs: () => runs.list(),

    planRun: async (call) => {
      const actor = mayRun(call)
      await limits.take(`plan:${actor.user}`, LIMITS.planUser)
      return runs.plan(call.body, actor)
    },

    startRun: async (call) => {
      const actor = mayRun(call)
      if (call.body.override === true && actor.role !== 'admin') throw refuse('forbidden', { role: 'admin' })
      await limits.take(`run:${actor.user}`, { count: deps.config.runs.perUserPerHour, windowSec: 3_600 })
      const entry = { action: 'run.start', target: call.body.planId, digest: call.body.hash, level: 4 } as const
      return audited(call, entry, () => runs.start(call.body, actor))
    },

    run: async (call) => found(await runs.get(idOf(call)), idOf(call)),

    runLog: async (call) => found(await runs.log(idOf(call), numberOf(call.query.after ?? '0', 'after')), idOf(call)),

    runManifest: async (call) => found(await runs.manifest(idOf(call)), idOf(call)),

    cancelRun: async (call) => {
      const actor = signedIn(call)
      const run = found(await runs.get(idOf(call)), idOf(call))
      if (run.by !== actor.user && actor.role !== 'admin') throw refuse('not-yours')
      return audited(call, { action: 'run.cancel', target: run.id, digest: run.hash, level: 3 }, () =>
        runs.cancel(run.id, actor),
      )
    },

    previewSnapshot: async (call) => {
      const actor = signedIn(call)
      await limits.take(`preview:${actor.user}`, LIMITS.previewUser)
      if (call.body.subject.kind === 'explain') await limits.take(`explain:${actor.user}`, LIMITS.explainUser)
      return snapshots.preview(call.body.subject, call.body.mask, actor)
    },

    createSnapshot: async (call) => {
      const actor = signedIn(call)
      await limits.take(`share:${actor.user}`, LIMITS.shareUser)
      const digest = createHash('sha256').update(call.body.previewId).digest('hex')
      return audited(
        call,
        { action: 'snapshot.create', target: `expires in ${call.body.expiresIn}`, digest, level: 3 },
        () => snapshots.create(call.body, actor),
      )
    },

    snapshots: () => snapshots.list(),

    revokeSnapshot: async (call) => {
      const handle = call.params.handle ?? ''
      await audited(call, { action: 'snapshot.revoke', target: handle, level: 3 }, () =>
        snapshots.revoke(handle, signedIn(call)),
      )
      return { id: handle }
    },

    snapshot: async (call) => snapshots.read(call.params.id ?? '', call.query.for !== 'image'),
  }

  function mayRun(call: Call<RouteName>): Actor {
    const actor = signedIn(call)
    if (deps.config.runs.whoMay === 'admin' && actor.role !== 'admin') throw refuse('forbidden', { role: 'admin' })
    return actor
  }
}

function signedIn(call: { actor: Actor | null }): Actor {
  if (call.actor === null) throw refuse('signed-out')
  return call.actor
}

function who(call: Call<RouteName>): Pick<AuditEntry, 'actor' | 'authMode' | 'role'> {
  return { actor: call.actor?.user ?? 'anonymous', role: call.actor?.role ?? 'none', authMode: call.authMode }
}

/** The session as its owner sees it. A bearer token has none: its CSRF token is empty because none is asked for. */
function sessionBody(call: Call<'session'>, actor: Actor, clock: Clock): Session {
  return {
    mode: call.authMode === 'tokens' ? 'tokens' : 'launch-token',
    user: actor.user,
    role: actor.role,
    csrf: call.session?.csrf ?? '',
    expiresAt: call.session?.expiresAt ?? clock.now().toISOString(),
  }
}

function storeLiveness(store: Store): { state: 'ok' | 'read-only'; reason?: string } {
  const { state, reason } = store.health()
  return reason === undefined ? { state } : { state, reason }
}

function storeItem(store: Store): DoctorItem {
  const health = store.health()
  const base = { id: 'store', group: 'store', title: 'Store' } as const
  if (health.state === 'read-only')
    return { ...base, state: 'fail', text: health.reason ?? 'The store cannot be written.' }
  if (health.movedTo !== null)
    return { ...base, state: 'warn', text: health.reason ?? '', remedy: `sqlite3 ${health.movedTo} .recover` }
  return { ...base, state: 'ok', text: 'SQLite, write-ahead log, every commit on disk before it is acknowledged.' }
}

function idOf(call: { params: Readonly<Record<string, string>> }): string {
  return call.params.id ?? ''
}

function found<T>(value: T | null, run: string): T {
  if (value === null) throw refuse('no-such-run', { run })
  return value
}

function sinceOf(text: string | undefined): number | null {
  return text === undefined ? null : numberOf(text, 'since')
}

function numberOf(text: string, field: string): number {
  if (!/^\d{1,15}$/.test(text)) throw refuse('bad-request', { fields: `${field} is not a number` })
  return Number(text)
}

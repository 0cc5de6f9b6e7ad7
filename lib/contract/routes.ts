import type { z } from 'zod'
import * as api from './api'
import * as runs from './runs'
import * as snapshots from './snapshots'

/**
 * The table of all API routes: method, path, role, schemas. The agent routes by it (default deny), the client is typed by it,
 * OpenAPI is generated from it. Paths are below `/api/v1`; `{name}` is one URL-encoded segment.
 */
export interface Route<Request extends z.ZodType | null = z.ZodType | null, Response extends z.ZodType = z.ZodType> {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  /** Least role; `anyone` needs no session. */
  role: 'anyone' | api.Role
  summary: string
  /** Query parameters, all optional strings. */
  query?: readonly string[]
  request: Request
  response: Response
}

function route<Request extends z.ZodType | null, Response extends z.ZodType>(
  spec: Route<Request, Response>,
): Route<Request, Response> {
  return spec
}

export const routes = {
  session: route({
    method: 'GET',
    path: '/session',
    role: 'viewer',
    summary: 'Who am I',
    request: null,
    response: api.session,
  }),
  login: route({
    method: 'POST',
    path: '/login',
    role: 'anyone',
    summary: 'Exchange a token for a session cookie',
    request: api.loginRequest,
    response: api.session,
  }),
  logout: route({
    method: 'POST',
    path: '/logout',
    role: 'viewer',
    summary: 'End the session',
    request: null,
    response: api.accepted,
  }),
  fleet: route({
    method: 'GET',
    path: '/fleet',
    role: 'viewer',
    summary: 'All nodes, or those changed since a revision',
    query: ['since'],
    request: null,
    response: api.fleet,
  }),
  node: route({
    method: 'GET',
    path: '/nodes/{name}',
    role: 'viewer',
    summary: 'One node: pyramid, causes, timeline',
    request: null,
    response: api.nodePage,
  }),
  evidence: route({
    method: 'GET',
    path: '/nodes/{name}/evidence',
    role: 'viewer',
    summary: 'Raw evidence behind one check',
    query: ['check'],
    request: null,
    response: api.evidencePage,
  }),
  verify: route({
    method: 'POST',
    path: '/nodes/{name}/verify',
    role: 'operator',
    summary: 'Read again what a check (or the whole node) needs',
    request: api.verifyRequest,
    response: api.accepted,
  }),
  sweep: route({
    method: 'POST',
    path: '/sweeps',
    role: 'operator',
    summary: 'Read every node now',
    request: null,
    response: api.sweepProgress,
  }),
  causes: route({
    method: 'GET',
    path: '/causes',
    role: 'viewer',
    summary: 'Causes over the fleet',
    request: null,
    response: api.causeList,
  }),
  cause: route({
    method: 'GET',
    path: '/causes/{signature}',
    role: 'viewer',
    summary: 'One cause, its nodes and what they share',
    request: null,
    response: api.causePage,
  }),
  checks: route({
    method: 'GET',
    path: '/checks',
    role: 'viewer',
    summary: 'The catalogue of checks',
    request: null,
    response: api.checkList,
  }),
  doctor: route({
    method: 'GET',
    path: '/doctor',
    role: 'viewer',
    summary: 'Can Cairn see?',
    request: null,
    response: api.doctor,
  }),
  explain: route({
    method: 'POST',
    path: '/explain',
    role: 'viewer',
    summary: 'Read pasted captures; nothing is stored',
    request: api.explainRequest,
    response: api.explainResponse,
  }),
  runs: route({
    method: 'GET',
    path: '/runs',
    role: 'viewer',
    summary: 'Benchmark runs, newest first',
    request: null,
    response: runs.runList,
  }),
  planRun: route({
    method: 'POST',
    path: '/runs/plan',
    role: 'operator',
    summary: 'What a run would apply; creates nothing',
    request: runs.planRequest,
    response: runs.planResponse,
  }),
  startRun: route({
    method: 'POST',
    path: '/runs',
    role: 'operator',
    summary: 'Start a planned run; the confirmation carries the manifest hash and works once',
    request: runs.confirmRequest,
    response: runs.run,
  }),
  run: route({
    method: 'GET',
    path: '/runs/{id}',
    role: 'viewer',
    summary: 'One run with its rows',
    request: null,
    response: runs.run,
  }),
  runLog: route({
    method: 'GET',
    path: '/runs/{id}/log',
    role: 'viewer',
    summary: 'Log lines of a run',
    query: ['after'],
    request: null,
    response: runs.runLog,
  }),
  runManifest: route({
    method: 'GET',
    path: '/runs/{id}/manifest',
    role: 'viewer',
    summary: 'The manifest that was applied',
    request: null,
    response: runs.runManifest,
  }),
  cancelRun: route({
    method: 'POST',
    path: '/runs/{id}/cancel',
    role: 'operator',
    summary: 'Cancel a run and clean up',
    request: null,
    response: runs.run,
  }),
  previewSnapshot: route({
    method: 'POST',
    path: '/snapshots/preview',
    role: 'operator',
    summary: 'What a frozen link would show',
    request: snapshots.snapshotRequest.omit({ expiresIn: true }),
    response: snapshots.snapshotPreview,
  }),
  createSnapshot: route({
    method: 'POST',
    path: '/snapshots',
    role: 'operator',
    summary: 'Create a frozen link from a preview',
    request: snapshots.snapshotCreate,
    response: snapshots.snapshotCreated,
  }),
  snapshots: route({
    method: 'GET',
    path: '/snapshots',
    role: 'viewer',
    summary: 'What is shared',
    request: null,
    response: snapshots.snapshotList,
  }),
  revokeSnapshot: route({
    method: 'DELETE',
    path: '/snapshots/{handle}',
    role: 'operator',
    summary: 'Revoke a frozen link',
    request: null,
    response: api.accepted,
  }),
  /** Read by the web process over the socket when it renders `/s/<id>`; not reachable from a browser. */
  snapshot: route({
    method: 'GET',
    path: '/frozen/{id}',
    role: 'anyone',
    summary: 'Content of a frozen link',
    query: ['for'],
    request: null,
    response: snapshots.frozenPage,
  }),
} as const

export type RouteName = keyof typeof routes
export type RequestOf<N extends RouteName> = (typeof routes)[N]['request'] extends z.ZodType
  ? z.input<(typeof routes)[N]['request']>
  : undefined
export type ResponseOf<N extends RouteName> = z.output<(typeof routes)[N]['response']>

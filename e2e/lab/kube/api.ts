import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { stringify } from 'yaml'
import type { KubeObject } from '@/lib/collector'
import { discovery, review } from './discovery'
import { Faults, strike } from './faults'
import { KNOWN_CRDS, qualified, type Resource } from './kinds'
import { PodLogs } from './pod-logs'
import { ANONYMOUS, allows, forbidden } from './rbac'
import { attributesOf, type Route, routeOf, servedAt } from './route'
import { ApiError, badRequest, failure, NotServed, notFound, unauthorized } from './status'
import { resourceOf, Store } from './store'
import type { LabApi, LabApiOptions, LabIdentity, LabRequest, ObjectRef } from './types'
import { act, apiVersionOf, isDryRun, matcherOf, mergePatch, objectOf, read, refuseUnserved } from './verbs'
import { Watches } from './watches'

const MAX_BODY = 3 * 1024 * 1024
const AUDITED = 50_000
const ADMIN: LabIdentity = {
  user: 'lab-admin',
  groups: ['system:masters'],
  rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
}

/** Starts a simulated API server on loopback. */
export async function createLabApi(options: LabApiOptions = {}): Promise<LabApi> {
  const server = new LabServer(options)
  await server.listen(options.port ?? 0)
  return server
}

class LabServer implements LabApi {
  readonly token = randomBytes(18).toString('base64url')
  private readonly store: Store
  private readonly watches: Watches
  private readonly logs = new PodLogs()
  private readonly faults = new Faults()
  private readonly identities = new Map<string, LabIdentity>([[this.token, ADMIN]])
  private readonly audit: LabRequest[] = []
  private readonly server: http.Server
  private readonly scheme: 'http' | 'https'
  private readonly creators = new Map<string, ((object: KubeObject, api: LabApi) => void)[]>()

  constructor(private readonly options: LabApiOptions) {
    this.store = new Store(options.history ?? 4000)
    this.watches = new Watches(this.store, options.bookmarkMs ?? 60_000)
    for (const crd of options.crds ?? []) this.store.install(knownCrd(crd))
    for (const name of ['default', 'kube-system'])
      this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } })
    for (const object of options.objects ?? []) this.apply(object)
    for (const [path, lines] of Object.entries(options.logs ?? {})) this.logs.append(path, lines)
    const handler = (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response)
    this.scheme = options.tls ? 'https' : 'http'
    this.server = options.tls
      ? https.createServer({ key: options.tls.key, cert: options.tls.cert }, handler)
      : http.createServer(handler)
    this.server.keepAliveTimeout = 60_000
    this.onDelete('CustomResourceDefinition', ({ metadata }) => this.uninstall(metadata.name))
    this.onDelete('Pod', ({ metadata }) => this.logs.endPod(metadata.namespace ?? '', metadata.name))
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, '127.0.0.1', resolve)
    })
  }

  get url(): string {
    const address: AddressInfo | string | null = this.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return `${this.scheme}://127.0.0.1:${port}`
  }

  kubeconfig(token = this.token): string {
    const ca = this.options.tls
      ? { 'certificate-authority-data': Buffer.from(this.options.tls.ca ?? this.options.tls.cert).toString('base64') }
      : {}
    return stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster: { server: this.url, ...ca } }],
      users: [{ name: 'lab', user: { token } }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      'current-context': 'lab',
    })
  }

  addIdentity(identity: LabIdentity): string {
    const token = randomBytes(18).toString('base64url')
    this.identities.set(token, identity)
    return token
  }

  revoke(token: string): void {
    this.identities.delete(token)
  }

  apply(object: KubeObject): KubeObject {
    const resource = resourceOf(this.store, object)
    if (resource.crd) this.store.install(resource)
    if (resource.kind === 'CustomResourceDefinition') this.installCrd(object)
    const { namespace } = object.metadata
    if (namespace !== undefined && !this.get({ kind: 'Namespace', group: '', name: namespace })) {
      this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, status: { phase: 'Active' } })
    }
    return this.store.put(resource, object)
  }

  patch(ref: ObjectRef, change: object): KubeObject {
    const object = this.get(ref)
    if (!object) throw new Error(`the lab has no ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`)
    return this.store.put(this.resource(ref.kind, ref.group), objectOf(mergePatch(object, change)))
  }

  get(ref: ObjectRef): KubeObject | null {
    const resource = this.store.find(ref.kind, ref.group)
    if (!resource || !this.store.served(resource.group, resource.plural)) return null
    return this.store.get(resource, resource.namespaced ? ref.namespace : undefined, ref.name)
  }

  list(kind: string, namespace?: string): KubeObject[] {
    return this.store.all(this.resource(kind), namespace)
  }

  remove(ref: ObjectRef): void {
    const object = this.get(ref)
    if (!object) return
    this.store.delete(this.resource(ref.kind, ref.group), object)
  }

  uninstall(crd: string): void {
    const resource = this.store.resources().find((each) => each.crd && qualified(each) === crd)
    if (!resource) return
    this.watches.endAll(resource)
    this.store.uninstall(resource)
  }

  appendLog(namespace: string, pod: string, container: string, lines: readonly string[]): void {
    this.logs.append(`${namespace}/${pod}/${container}`, lines)
  }

  endLog(namespace: string, pod: string, container: string): void {
    this.logs.end(`${namespace}/${pod}/${container}`)
  }

  setPreviousLog(namespace: string, pod: string, container: string, lines: readonly string[]): void {
    this.logs.setPrevious(`${namespace}/${pod}/${container}`, lines)
  }

  onCreate(kind: string, handler: (object: KubeObject, api: LabApi) => void): void {
    this.creators.set(kind, [...(this.creators.get(kind) ?? []), handler])
  }

  onDelete(kind: string, handler: (object: KubeObject, api: LabApi) => void): void {
    this.store.onChange.push((resource, change) => {
      if (resource.kind === kind && change.type === 'DELETED') handler(change.object, this)
    })
  }

  fault(fault: Parameters<LabApi['fault']>[0]): () => void {
    if (fault.now) this.watches.disturb(fault.resource, fault.action)
    return fault.now && fault.times === 0 ? () => {} : this.faults.add(fault)
  }

  requests(): readonly LabRequest[] {
    return this.audit
  }

  openWatches(resource?: string): number {
    return this.watches.count(resource)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://lab')
    const method = request.method ?? 'GET'
    const route = routeOf(method, url)
    const verb = route === null ? 'get' : route.subresource === 'log' ? 'log' : route.verb
    const entry: LabRequest = {
      at: new Date().toISOString(),
      method,
      path: request.url ?? '/',
      verb,
      user: '',
      status: 0,
    }
    this.audit.push(entry)
    if (this.audit.length > AUDITED) this.audit.splice(0, 1000)
    response.on('close', () => {
      entry.status = response.statusCode
    })
    try {
      const body = method === 'GET' ? undefined : await bodyOf(request)
      const fault = this.faults.take(verb, route?.plural ?? '')
      if (fault !== null && (await strike(fault, verb, response)) === 'handled') return
      const identity = this.identify(request.headers.authorization)
      entry.user = identity.user
      this.answer(identity, { method, url, route, body, contentType: request.headers['content-type'] ?? '' }, response)
    } catch (error) {
      refuse(error, response)
    }
  }

  private identify(header: string | undefined): LabIdentity {
    if (header === undefined) return ANONYMOUS
    const identity = this.identities.get(header.replace(/^Bearer /, ''))
    if (!identity) throw unauthorized()
    return identity
  }

  private answer(
    identity: LabIdentity,
    { method, url, route, body, contentType }: Asked,
    response: ServerResponse,
  ): void {
    if (route === null) {
      const found = discovery(this.store, url.pathname, this.options.version ?? 'v1.36.3')
      if (found === null) throw new NotServed('404 page not found')
      if (typeof found === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(found)
      else send(response, 200, found)
      return
    }
    const attributes = attributesOf(route, url)
    if (!allows(identity, attributes)) throw forbidden(identity, attributes)
    const reviewed =
      REVIEWED.has(route.group) && method === 'POST' ? review(identity, route.plural, isRecord(body) ? body : {}) : null
    if (reviewed !== null) {
      send(response, 201, reviewed)
      return
    }
    const resource = refuseUnserved(servedAt(this.store, route))
    const query = url.searchParams
    if (route.verb === 'watch')
      this.watches.serve(resource, apiVersionOf(route), matcherOf(route, query), query, response)
    else if (route.verb === 'get' && route.subresource === 'log' && resource.kind === 'Pod')
      this.logs.serve(read(this.store, resource, route), query, response)
    else {
      const answer = act(this.store, resource, route, query, contentType, body)
      send(response, route.verb === 'create' ? 201 : 200, answer)
      if (route.verb === 'create' && !isDryRun(query)) this.created(resource, objectOf(answer))
    }
  }

  /** After the answer, as controllers do. */
  private created(resource: Resource, object: KubeObject): void {
    if (resource.kind === 'CustomResourceDefinition') this.installCrd(object)
    for (const handler of this.creators.get(resource.kind) ?? []) setImmediate(() => handler(object, this))
  }

  private installCrd(object: KubeObject): void {
    const spec: unknown = object.spec
    if (!isCrdSpec(spec)) throw badRequest('not a CustomResourceDefinition')
    const versions = spec.versions.filter(({ served }) => served).map(({ name }) => name)
    this.store.install({
      group: spec.group,
      versions,
      plural: spec.names.plural,
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
      crd: true,
    })
  }

  private resource(kind: string, group?: string): Resource {
    const resource = this.store.find(kind, group)
    if (!resource || !this.store.served(resource.group, resource.plural))
      throw notFound({ group: '', versions: [], plural: kind, kind, namespaced: false, crd: false }, kind)
    return resource
  }
}

/** A request with its body read. */
interface Asked {
  method: string
  url: URL
  route: Route | null
  body: unknown
  contentType: string
}

const REVIEWED = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

function refuse(error: unknown, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  if (error instanceof NotServed)
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n')
  else if (error instanceof ApiError)
    response
      .writeHead(error.code, { 'content-type': 'application/json', ...error.headers })
      .end(`${JSON.stringify(error.body)}\n`)
  else
    send(
      response,
      500,
      failure(
        500,
        'InternalError',
        `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
      ),
    )
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const chunk: Buffer = Buffer.from(part)
    size += chunk.length
    if (size > MAX_BODY)
      throw new ApiError(failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`))
    parts.push(chunk)
  }
  if (size === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw badRequest("couldn't get version/kind; json parse error")
  }
}

function knownCrd(name: string): Resource {
  const found = KNOWN_CRDS.find((resource) => qualified(resource) === name)
  if (!found) throw new Error(`the lab knows no CRD ${name}`)
  return found
}

interface CrdSpec {
  group: string
  scope: string
  names: { plural: string; kind: string }
  versions: { name: string; served: boolean }[]
}

function isCrdSpec(spec: unknown): spec is CrdSpec {
  return isRecord(spec) && typeof spec.group === 'string' && isRecord(spec.names) && Array.isArray(spec.versions)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

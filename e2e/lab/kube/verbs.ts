import { randomBytes, randomUUID } from 'node:crypto'
import type { KubeObject } from '@/lib/collector'
import type { Resource } from './kinds'
import type { Route } from './route'
import { fieldMatcher, labelMatcher, type Matcher } from './selectors'
import { ApiError, alreadyExists, badRequest, conflict, expiredContinue, failure, NotServed, notFound } from './status'
import { type Store, seconds } from './store'

/** Does what a request asks of the store, and returns the answer's body. */
export function act(
  store: Store,
  resource: Resource,
  route: Route,
  query: URLSearchParams,
  contentType: string,
  body: unknown,
): object {
  const dryRun = isDryRun(query)
  if (route.subresource !== '' && (route.subresource !== 'status' || route.verb === 'create'))
    throw new NotServed('404 page not found')
  switch (route.verb) {
    case 'list':
      return list(store, resource, route, query)
    case 'get':
      return read(store, resource, route)
    case 'create':
      return create(store, resource, route, body, dryRun)
    case 'patch':
      return patch(store, resource, route, contentType, body, dryRun)
    case 'update':
      return replace(store, resource, route, body)
    case 'delete':
      return remove(store, resource, route, query, body)
    default:
      throw new ApiError(
        failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'),
      )
  }
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.get('dryRun') === 'All'
}

/** Selectors of a request, with its namespace. */
export function matcherOf(route: Route, query: URLSearchParams): Matcher {
  const labels = labelMatcher(query.get('labelSelector'))
  const fields = fieldMatcher(query.get('fieldSelector'))
  return (object) =>
    (route.namespace === '' || object.metadata.namespace === route.namespace) && labels(object) && fields(object)
}

export function apiVersionOf({ group, version }: Route): string {
  return group === '' ? version : `${group}/${version}`
}

/** One page. Later pages come from the present state: with a watch from the first page's version nothing is missed. */
function list(store: Store, resource: Resource, route: Route, query: URLSearchParams): object {
  const matches = matcherOf(route, query)
  const all = store.all(resource).filter(matches)
  const limit = Number(query.get('limit') ?? 0) || all.length
  const token = readToken(query.get('continue'))
  if (token !== null && token.version < store.oldest(resource)) throw expiredContinue()
  const after = token?.after ?? ''
  const rest = token === null ? all : all.filter((object) => position(object) > after)
  const items = rest.slice(0, limit)
  const last = items[items.length - 1]
  const version = token?.version ?? store.currentVersion
  const more =
    rest.length > items.length && last
      ? { continue: writeToken(version, position(last)), remainingItemCount: rest.length - items.length }
      : {}
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(route),
    metadata: { resourceVersion: String(version), ...more },
    items: resource.crd ? items : items.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
  }
}

export function read(store: Store, resource: Resource, route: Route): KubeObject {
  const object = store.get(resource, resource.namespaced ? route.namespace : undefined, route.name)
  if (!object) throw notFound(resource, route.name)
  return object
}

function create(store: Store, resource: Resource, route: Route, body: unknown, dryRun: boolean): KubeObject {
  const given = objectOf(body)
  if (given.kind !== undefined && given.kind !== resource.kind)
    throw badRequest(`${given.kind} in body does not match ${resource.kind}`)
  const namespace = resource.namespaced ? route.namespace : undefined
  if (namespace !== undefined && given.metadata.namespace !== undefined && given.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  const name =
    given.metadata.name || `${textAt(given.metadata, 'generateName')}${randomBytes(4).toString('hex').slice(0, 5)}`
  const namespaces = store.served('', 'namespaces')
  if (namespace !== undefined && namespaces && !store.get(namespaces, undefined, namespace))
    throw notFound(namespaces, namespace)
  if (store.get(resource, namespace, name)) throw alreadyExists(resource, name)
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = given.metadata
  const object: KubeObject = {
    ...given,
    apiVersion: apiVersionOf(route),
    kind: resource.kind,
    metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
    ...(resource.kind === 'Pod' ? { status: { phase: 'Pending', qosClass: 'BestEffort' } } : {}),
    ...(resource.kind === 'Job' ? { status: {} } : {}),
  }
  if (!dryRun) return store.put(resource, object)
  return { ...object, metadata: { ...object.metadata, uid: randomUUID(), creationTimestamp: seconds() } }
}

/** Merge patch of an object or, with the subresource, of its status alone. */
function patch(
  store: Store,
  resource: Resource,
  route: Route,
  contentType: string,
  body: unknown,
  dryRun: boolean,
): KubeObject {
  if (!contentType.startsWith('application/merge-patch+json')) {
    throw new ApiError(
      failure(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: application/merge-patch+json`,
      ),
    )
  }
  const before = read(store, resource, route)
  const merged = objectOf(mergePatch(before, body))
  const object =
    route.subresource === 'status' ? { ...before, status: merged.status } : { ...merged, status: before.status }
  return dryRun ? object : store.put(resource, object)
}

function replace(store: Store, resource: Resource, route: Route, body: unknown): KubeObject {
  const before = read(store, resource, route)
  const given = objectOf(body)
  const version = given.metadata.resourceVersion
  if (version && version !== before.metadata.resourceVersion) {
    throw conflict(
      resource,
      route.name,
      'the object has been modified; please apply your changes to the latest version and try again',
    )
  }
  const object =
    route.subresource === 'status' ? { ...before, status: given.status } : { ...given, status: before.status }
  return store.put(resource, object)
}

/** Deletes with DeleteOptions: preconditions and propagation. Pods come back as objects, all else as a Status, as on a real server. */
function remove(store: Store, resource: Resource, route: Route, query: URLSearchParams, body: unknown): object {
  const object = read(store, resource, route)
  const uid = textAt(recordAt(body, 'preconditions'), 'uid')
  if (uid !== '' && uid !== object.metadata.uid) {
    throw conflict(
      resource,
      route.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
    )
  }
  const propagation = query.get('propagationPolicy') ?? textAt(body, 'propagationPolicy')
  const dryRun = query.get('dryRun') === 'All' || JSON.stringify(recordAt(body, 'dryRun') ?? '').includes('All')
  // Jobs orphan their pods unless told otherwise, for compatibility with batch/v1's past.
  const orphan = propagation === 'Orphan' || (propagation === '' && resource.kind === 'Job')
  if (!dryRun) store.delete(resource, object, orphan ? 'orphan' : 'delete')
  if (resource.kind === 'Pod') return object
  const details = {
    name: route.name,
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.plural,
    uid: object.metadata.uid,
  }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

/** RFC 7386. */
export function mergePatch(target: unknown, change: unknown): unknown {
  if (!isRecord(change)) return change
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

export function refuseUnserved(resource: Resource | null): Resource {
  if (!resource) throw new NotServed('404 page not found')
  return resource
}

/** Parsed JSON with metadata; the lab takes what a real server would take. */
export function objectOf(value: unknown): KubeObject {
  if (!isObject(value)) throw badRequest('the object provided is unrecognized (must be of type and have metadata)')
  return value
}

const position = (object: KubeObject) => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

function writeToken(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url')
}

function readToken(token: string | null): { version: number; after: string } | null {
  if (!token) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (isRecord(value) && typeof value.rv === 'number' && typeof value.start === 'string')
      return { version: value.rv, after: value.start }
  } catch {
    throw badRequest('continue key is not valid')
  }
  throw badRequest('continue key is not valid')
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value.metadata)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordAt(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined
}

function textAt(value: unknown, key: string): string {
  const at = recordAt(value, key)
  return typeof at === 'string' ? at : ''
}

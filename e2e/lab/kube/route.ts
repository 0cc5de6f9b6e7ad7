import type { Resource } from './kinds'
import type { Attributes } from './rbac'
import { pinnedName } from './selectors'
import type { Store } from './store'

/** A request path, taken apart as the API server does. */
export interface Route {
  group: string
  version: string
  plural: string
  namespace: string
  name: string
  subresource: string
  verb: string
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** Takes a path apart; null when it is not a resource path (`/version`, `/apis`). */
export function routeOf(method: string, url: URL): Route | null {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
  const [root, ...rest] = parts
  if (root !== 'api' && root !== 'apis') return null
  const group = root === 'api' ? '' : (rest.shift() ?? '')
  const version = rest.shift() ?? ''
  if (rest.length === 0 || version === '') return null
  let namespace = ''
  if (rest[0] === 'namespaces' && rest.length >= 2) {
    namespace = rest[1] ?? ''
    if (rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') rest.splice(0, 2)
  }
  const [plural = '', name = '', ...subresource] = rest
  return {
    group,
    version,
    plural,
    namespace,
    name,
    subresource: subresource.join('/'),
    verb: verbOf(method, name, url.searchParams),
  }
}

/** What the request asks to be allowed. */
export function attributesOf(route: Route, url: URL): Attributes {
  const { verb, group, plural, subresource, namespace, name } = route
  const pinned = verb === 'list' || verb === 'watch' ? pinnedName(url.searchParams.get('fieldSelector')) : ''
  return {
    verb,
    group,
    resource: subresource === '' ? plural : `${plural}/${subresource}`,
    namespace,
    name: name || pinned,
  }
}

/** The resource behind a route; null when the server does not serve it. */
export function servedAt(store: Store, { group, version, plural }: Route): Resource | null {
  const resource = store.served(group, plural)
  return resource?.versions.includes(version) ? resource : null
}

function verbOf(method: string, name: string, query: URLSearchParams): string {
  if (method === 'GET' && name === '') return isTrue(query.get('watch')) ? 'watch' : 'list'
  if (method === 'DELETE' && name === '') return 'deletecollection'
  return METHOD_VERBS[method] ?? method.toLowerCase()
}

function isTrue(value: string | null): boolean {
  return value === '1' || value === 'true'
}

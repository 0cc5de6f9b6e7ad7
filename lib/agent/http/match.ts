import { type RouteName, routes } from '@/lib/contract/routes'

/** Where all routes of the table live. */
export const API = '/api/v1'

export type Match =
  | { kind: 'route'; name: RouteName; params: Readonly<Record<string, string>> }
  | { kind: 'wrong-method'; allow: string }
  | { kind: 'none' }

interface Compiled {
  name: RouteName
  method: string
  segments: readonly string[]
}

const COMPILED: readonly Compiled[] = Object.entries(routes).map(([name, route]) => ({
  name: name as RouteName,
  method: route.method,
  segments: route.path.slice(1).split('/'),
}))

/** Finds the route of a request path; whatever the table does not name is `none` (default deny). */
export function matchRoute(method: string, path: string): Match {
  if (!path.startsWith(`${API}/`) || path.length > 2_048) return { kind: 'none' }
  const segments = path
    .slice(API.length + 1)
    .split('/')
    .map(decodeSegment)
  const allowed: string[] = []
  for (const route of COMPILED) {
    const params = paramsOf(route.segments, segments)
    if (params === null) continue
    if (route.method === method) return { kind: 'route', name: route.name, params }
    allowed.push(route.method)
  }
  return allowed.length > 0 ? { kind: 'wrong-method', allow: allowed.join(', ') } : { kind: 'none' }
}

function paramsOf(pattern: readonly string[], segments: readonly (string | null)[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]
    if (segment === null || segment === undefined) return null
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment
    else if (part !== segment) return null
  }
  return params
}

/** One decoded segment; null for what no name can be: empty, dots, control characters, broken encoding. */
function decodeSegment(raw: string): string | null {
  try {
    const segment = decodeURIComponent(raw)
    const odd =
      segment === '' ||
      segment === '.' ||
      segment === '..' ||
      segment.length > 512 ||
      /[\u0000-\u001f\u007f]/.test(segment)
    return odd ? null : segment
  } catch {
    return null
  }
}

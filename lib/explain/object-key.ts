import type { KubeObject } from '@/lib/collector'

/** Names an object of a capture: group, kind, namespace and name; excerpts without a name by their uid or their position. */
export function objectKey(object: KubeObject, at: number): string {
  const { uid, namespace, name } = object.metadata
  const version = typeof object.apiVersion === 'string' ? object.apiVersion : ''
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
  return `${group}/${object.kind ?? ''}/${namespace ?? ''}/${name || uid || `#${at}`}`
}

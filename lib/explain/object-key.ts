import type { KubeObject } from '@/lib/collector'

/** Names an object of a capture: its uid, else kind, namespace and name; excerpts without a name by their position. */
export function objectKey(object: KubeObject, at: number): string {
  const { uid, namespace, name } = object.metadata
  return uid ?? `${object.kind ?? ''}/${namespace ?? ''}/${name || `#${at}`}`
}

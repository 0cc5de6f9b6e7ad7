import type { KubeObject } from '@/lib/collector'
import type { KubeRead } from '@/lib/read'
import { asText, dig } from './untyped'

/**
 * What the API sent as an object; null when it has no name. Items of a list carry no kind of their own, so they get it here.
 * The rest stays as it is: collectors read it with care.
 */
export function kubeObject(value: unknown, read: Pick<KubeRead, 'group' | 'version' | 'kind'>): KubeObject | null {
  if (!isNamed(value)) return null
  value.kind ??= read.kind
  value.apiVersion ??= read.group === '' ? read.version : `${read.group}/${read.version}`
  return value
}

/** Key of an object: its uid, so that a recreated object of the same name is another one. */
export function keyOf(object: KubeObject): string {
  return object.metadata.uid ?? nameOf(object)
}

/** Namespace and name. */
export function nameOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function isNamed(value: unknown): value is KubeObject {
  const uid = dig(value, 'metadata', 'uid')
  return asText(dig(value, 'metadata', 'name')) !== null && (uid === undefined || typeof uid === 'string')
}

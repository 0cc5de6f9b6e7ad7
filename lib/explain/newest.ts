import type { KubeObject } from '@/lib/collector'
import { objectKey } from './object-key'

/** Each object once, as it was last: of two copies the one with the higher resourceVersion. */
export function newest(read: readonly { objects: readonly KubeObject[] }[]): KubeObject[] {
  const kept = new Map<string, KubeObject>()
  let at = 0
  for (const object of read.flatMap((each) => each.objects)) {
    at += 1
    const key = objectKey(object, at)
    const before = kept.get(key)
    if (!before || versionOf(object) >= versionOf(before)) kept.set(key, object)
  }
  // A row of a table, or a description, is a lesser copy of an object that was read itself.
  const whole = new Set(
    [...kept.values()].flatMap((each) => (each.metadata.uid ? [`${each.kind} ${each.metadata.name}`] : [])),
  )
  return [...kept.values()].filter(
    ({ kind, metadata }) =>
      metadata.uid !== undefined || metadata.name === '' || !whole.has(`${kind} ${metadata.name}`),
  )
}

function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion)
  return Number.isFinite(version) ? version : 0
}

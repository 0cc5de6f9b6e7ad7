import type { KubeObject } from '@/lib/collector'
import { admissionRule } from '@/lib/refusals'
import { at, items, word } from '../fields'

/** Kind of a request to evict a pod: a disruption budget refuses it. */
export const EVICTION = 'eviction'

/** A request that admission refused, as kubectl or the API server told the person who sent it. */
export interface RefusedRequest {
  /** `pods`, `SriovNetworkNodePolicy`; `request` where the words name none. */
  kind: string
  /** The object, else the file it was in, else the webhook that refused. */
  subject: string
  message: string
}

/** What a ReplicaSet, or the Deployment above it, was refused, by its condition ReplicaFailure. */
export function ofReplicas(object: KubeObject): RefusedRequest[] {
  const kind = object.kind
  if (kind !== 'ReplicaSet' && kind !== 'Deployment') return []
  const { name, namespace } = object.metadata
  return items(at(object, 'status', 'conditions')).flatMap((each) => {
    const message = each.type === 'ReplicaFailure' && each.status === 'True' ? word(each.message) : null
    if (message === null || admissionRule(message) === null) return []
    return [{ kind, subject: namespace ? `${namespace}/${name}` : name, message: message.slice(0, 1000) }]
  })
}

/**
 * The request that a refusal is about; null where no rule of admission speaks: a missing right or an absent object says nothing of the
 * workload.
 */
export function refusedRequest(text: string): RefusedRequest | null {
  const message = text.slice(0, 1000)
  const evicted = /error when evicting pods?\/?"?([^"\s]{1,253})"? -n "([^"]{1,253})"[^:]{0,60}: Cannot evict pod/.exec(
    text,
  )
  if (evicted) return { kind: EVICTION, subject: `${evicted[2]}/${evicted[1]}`, message }
  if (admissionRule(text) === null) return null
  const object =
    /(?:^|[\s:])([A-Za-z][\w.-]{0,200}) "([^"]{1,253})" (?:is forbidden: |is invalid: |could not be (?:patched|created): )/.exec(
      text,
    )
  if (object?.[1] && object[2] && object[1] !== 'webhook')
    return { kind: object[1].split('.')[0] ?? '', subject: object[2], message }
  const file = /error when (?:creating|applying patch|replacing|updating) "([^"]{1,300})"/.exec(text)?.[1]
  const webhook = /webhook "([^"]{1,253})"/.exec(text)?.[1]
  return { kind: 'request', subject: file ?? webhook ?? 'request', message }
}

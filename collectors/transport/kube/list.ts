import { setImmediate } from 'node:timers/promises'
import type { KubeObject } from '@/lib/collector'
import type { KubeRead } from '@/lib/read'
import { faultOf } from './answer'
import { KubeFault } from './fault'
import { Aborted, type KubeHttp } from './http'
import { kubeObject } from './object'
import { collectionPath, withQuery } from './paths'
import type { KubeTimings } from './types'
import { asText, dig } from './untyped'

const MAX_PAGES = 20_000
const MAX_PAGE_BYTES = 128 * 1024 * 1024
/** Larger pages block the event loop for too long: ask for fewer objects the next time. */
const GOOD_PAGE_BYTES = 4 * 1024 * 1024
/** Objects projected between two turns of the event loop. */
const OBJECTS_AT_ONCE = 100
const BODY_MS = 60_000
const SMALLEST_PAGE = 25

/** A complete list: the version to watch from, and how much it was. */
export interface Listed {
  version: string
  bytes: number
}

/**
 * Lists a collection in pages and hands over every object while its page is the only one in memory.
 * @throws KubeFault; with httpStatus 410 when the continue token expired: list again from the start.
 */
export async function listAll(
  http: KubeHttp,
  read: KubeRead,
  timings: KubeTimings,
  onObject: (object: KubeObject) => void,
  signal: AbortSignal,
): Promise<Listed> {
  const path = collectionPath(read)
  let limit = timings.pageSize
  let next: string | undefined
  let bytes = 0
  for (let page = 0; page < MAX_PAGES; page++) {
    const call = withQuery(path, {
      limit,
      continue: next,
      labelSelector: read.labelSelector,
      fieldSelector: read.fieldSelector,
    })
    const answer = await http.send(
      { method: 'GET', path: call, gzip: !http.local, headersMs: timings.requestMs, signal },
      BODY_MS,
      MAX_PAGE_BYTES,
    )
    if (answer.status !== 'ok') throw faultOf(answer)
    const items = dig(answer.body, 'items')
    const version = asText(dig(answer.body, 'metadata', 'resourceVersion'))
    if (!Array.isArray(items) || version === null)
      throw new KubeFault('unreadable', `The list of ${read.plural} is no Kubernetes list`)
    for (const [at, item] of items.entries()) {
      if (at % OBJECTS_AT_ONCE === 0) await setImmediate()
      const object = kubeObject(item, read)
      if (object === null)
        throw new KubeFault('unreadable', `The list of ${read.plural} holds something that is no object`)
      onObject(object)
    }
    if (signal.aborted) throw new Aborted('aborted')
    const following = asText(dig(answer.body, 'metadata', 'continue'))
    bytes += answer.text.length
    if (following === null) return { version, bytes }
    if (following === next) throw new KubeFault('unreadable', `The list of ${read.plural} continues with the same page`)
    next = following
    if (answer.text.length > GOOD_PAGE_BYTES)
      limit = Math.max(SMALLEST_PAGE, Math.floor((limit * GOOD_PAGE_BYTES) / answer.text.length))
  }
  throw new KubeFault('unreadable', `The list of ${read.plural} does not end`)
}

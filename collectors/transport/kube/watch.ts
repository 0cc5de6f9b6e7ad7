import { performance } from 'node:perf_hooks'
import type { KubeObject } from '@/lib/collector'
import type { KubeRead } from '@/lib/read'
import { faultOf, readAnswer } from './answer'
import { KubeFault, networkFault } from './fault'
import { Aborted, type KubeHttp, type OpenAnswer } from './http'
import { LineSplitter } from './lines'
import { kubeObject } from './object'
import { collectionPath, withQuery } from './paths'
import { asText, dig, parseJson } from './untyped'

/** One event of a watch. `bookmark` carries only the version up to which everything was sent. */
export type WatchEvent =
  | { type: 'bookmark'; version: string }
  | { type: 'upsert' | 'remove'; object: KubeObject; version: string | null }

export interface WatchCall {
  read: KubeRead
  version: string
  /** Seconds after which the server is to close. */
  timeoutSec: number
  headersMs: number
  /** Longest silence, ms; null where the kind sends no bookmarks. */
  silenceMs: number | null
  /** The server accepted: from this version on nothing will be missing. */
  onOpen(): void
  onEvent(event: WatchEvent): void
  signal: AbortSignal
}

/**
 * How a watch ended without being at fault: `closed` by the server in time (go on from the last version), or `silent`: half-open, or only quiet.
 */
export type WatchEnd = 'closed' | 'silent'

/** Longest line: etcd keeps objects of 1.5 MiB by default, 8 MiB at most. */
const MAX_LINE_BYTES = 16 * 1024 * 1024
/** The server closes at `timeoutSec`; we do a little later. */
const GRACE_MS = 5_000

/**
 * Follows a collection from a version until the server closes.
 * @throws KubeFault: 410 in HTTP or as an ERROR event has httpStatus 410; a line that is not an event is `unreadable` (never skipped).
 */
export async function watchOnce(http: KubeHttp, call: WatchCall): Promise<WatchEnd> {
  const { read } = call
  const path = withQuery(collectionPath(read), {
    watch: 1,
    resourceVersion: call.version,
    allowWatchBookmarks: true,
    timeoutSeconds: call.timeoutSec,
    labelSelector: read.labelSelector,
    fieldSelector: read.fieldSelector,
  })
  const open = await http.open({ method: 'GET', path, headersMs: call.headersMs, signal: call.signal })
  if (open.httpStatus !== 200) throw faultOf(await http.refusal(open, call.headersMs, call.signal))
  call.onOpen()
  return follow(http, open, call)
}

function follow(http: KubeHttp, { message }: OpenAnswer, call: WatchCall): Promise<WatchEnd> {
  return new Promise((resolve, reject) => {
    const lines = new LineSplitter(MAX_LINE_BYTES)
    let heardAt = performance.now()
    let over = false
    const finish = (settle: () => void) => {
      if (over) return
      over = true
      clearTimeout(deadline)
      clearInterval(watchman)
      call.signal.removeEventListener('abort', stop)
      message.destroy()
      settle()
    }
    const fail = (error: Error) => finish(() => reject(error))
    const end = (how: WatchEnd) => finish(() => resolve(how))
    const stop = () => fail(new Aborted('aborted'))
    const deadline = setTimeout(() => end('closed'), call.timeoutSec * 1000 + GRACE_MS)
    const watchman = setInterval(
      () => {
        if (call.silenceMs !== null && performance.now() - heardAt >= call.silenceMs) end('silent')
      },
      Math.min(1000, (call.silenceMs ?? 4000) / 4),
    )
    if (call.signal.aborted) return stop()
    call.signal.addEventListener('abort', stop)
    const take = (line: string) => {
      if (over) return false
      if (line.trim() === '') return true
      try {
        const event = readEvent(line, call.read)
        heardAt = performance.now()
        call.onEvent(event)
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)))
      }
      return !over
    }
    message.on('data', (chunk: Buffer) => {
      if (!over && !lines.push(chunk, take))
        fail(
          new KubeFault(
            'unreadable',
            `A line of the watch on ${call.read.plural} is longer than ${MAX_LINE_BYTES} bytes`,
          ),
        )
    })
    // An unfinished last line is a broken connection, not an event: what it said comes again from the last version.
    message.on('end', () => end('closed'))
    message.on('aborted', () => fail(new KubeFault('unreachable', `The watch on ${call.read.plural} broke`)))
    message.on('error', (error) => fail(networkFault(error, http.host)))
  })
}

/** Reads one line. @throws KubeFault for anything that is not a known event. */
export function readEvent(line: string, read: KubeRead): WatchEvent {
  const event = parseJson(line)
  const type = dig(event, 'type')
  const body = dig(event, 'object')
  if (type === 'ERROR') throw faultOf(errorAnswer(body))
  const version = asText(dig(body, 'metadata', 'resourceVersion'))
  if (type === 'BOOKMARK') {
    if (version === null) throw new KubeFault('unreadable', `A bookmark of ${read.plural} has no resourceVersion`)
    return { type: 'bookmark', version }
  }
  const object = kubeObject(body, read)
  if (object === null || (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED')) {
    throw new KubeFault('unreadable', `The watch on ${read.plural} sent a line that is not an event`)
  }
  return { type: type === 'DELETED' ? 'remove' : 'upsert', object, version }
}

function errorAnswer(body: unknown) {
  const code = dig(body, 'code')
  const httpStatus = typeof code === 'number' && code >= 400 && code < 600 ? code : 500
  return readAnswer({ httpStatus, contentType: 'application/json', retryAfter: null, text: JSON.stringify(body ?? {}) })
}

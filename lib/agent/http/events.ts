import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Change } from '@/lib/agent/ports'
import { refuse } from '@/lib/agent/refusal'
import type { RevisionEvent } from '@/lib/contract/api'

const MAX_STREAMS = 1_000
const MAX_PER_SESSION = 10
const MAX_NODES = 500
const KEPT = 256
const MAX_BUFFERED = 64 * 1024

export interface EventHub {
  /** Notes a change; streams hear of it within a second, merged with others. */
  publish(change: Change): void
  /** Makes an answer a stream. @throws Refusal `too-many` past 10 a session or 1,000 in all */
  open(response: ServerResponse, session: string, lastEventId: string | undefined, isLive: () => Promise<boolean>): void
  /** Ends all streams, for a clean stop. */
  closeAll(): void
  count(): number
}

interface Kept {
  seq: number
  event: RevisionEvent
}

/** Times in milliseconds; tests shorten them. */
export interface EventTimes {
  coalesceMs: number
  heartbeatMs: number
}

/**
 * Server-sent events: revisions only, at most one a second, a heartbeat every 15 s. Ids are `<start>-<number>`; after a reconnect the
 * missed ones are merged into one, and an id from another start or too long ago gets "everything may have changed".
 */
export function eventHub(
  revision: () => number,
  times: EventTimes = { coalesceMs: 1_000, heartbeatMs: 15_000 },
): EventHub {
  const epoch = randomBytes(4).toString('hex')
  const streams = new Map<ServerResponse, { session: string; end(): void }>()
  const kept: Kept[] = []
  let seq = 0
  let pending: RevisionEvent | null = null
  let timer: NodeJS.Timeout | null = null
  let lastFlush = 0

  const flush = () => {
    timer = null
    if (pending === null) return
    lastFlush = performance.now()
    seq += 1
    kept.push({ seq, event: pending })
    if (kept.length > KEPT) kept.shift()
    for (const [response, stream] of streams) {
      if (response.writableLength > MAX_BUFFERED) stream.end()
      else response.write(frame(`${epoch}-${seq}`, pending))
    }
    pending = null
  }

  const missed = (lastEventId: string | undefined): RevisionEvent => {
    const fresh: RevisionEvent = { revision: revision(), topics: [], nodes: [] }
    if (lastEventId === undefined || lastEventId === '') return fresh
    const everything: RevisionEvent = { ...fresh, topics: ['fleet', 'runs', 'sweeps', 'snapshots', 'doctor'] }
    const match = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId)
    const from = Number(match?.[2])
    const oldest = kept[0]?.seq ?? seq + 1
    if (match?.[1] !== epoch || from > seq || from < oldest - 1) return everything
    return kept.filter((one) => one.seq > from).reduce((sum, one) => merge(sum, one.event), fresh)
  }

  return {
    publish: (change) => {
      pending = pending === null ? merge({ revision: 0, topics: [], nodes: [] }, change) : merge(pending, change)
      if (timer === null) {
        const wait = Math.max(0, times.coalesceMs - (performance.now() - lastFlush))
        timer = setTimeout(flush, lastFlush === 0 ? 0 : wait)
        timer.unref()
      }
    },
    open: (response, session, lastEventId, isLive) => {
      const ofSession = [...streams.values()].filter((stream) => stream.session === session).length
      if (ofSession >= MAX_PER_SESSION || streams.size >= MAX_STREAMS) throw refuse('too-many', { retryAfterSec: 10 })
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      })
      const heartbeat = setInterval(() => {
        // An event, not a comment: pages cannot see comments. Without an id, so that the last one stays.
        response.write('event: heartbeat\ndata: {}\n\n')
        isLive().then(
          (live) => live || end(),
          () => end(),
        )
      }, times.heartbeatMs)
      heartbeat.unref()
      const end = () => {
        clearInterval(heartbeat)
        streams.delete(response)
        response.end()
      }
      streams.set(response, { session, end })
      response.on('close', end)
      response.write(`retry: 3000\n${frame(`${epoch}-${seq}`, missed(lastEventId))}`)
    },
    closeAll: () => {
      if (timer !== null) clearTimeout(timer)
      for (const stream of [...streams.values()]) stream.end()
    },
    count: () => streams.size,
  }
}

function merge(a: RevisionEvent, b: RevisionEvent): RevisionEvent {
  const topics = [...new Set([...a.topics, ...b.topics])]
  // An empty list with the topic `fleet` means "any node": it swallows names, never the other way round.
  const anyNode = [a, b].some((one) => one.topics.includes('fleet') && one.nodes.length === 0)
  const nodes = anyNode ? [] : [...new Set([...a.nodes, ...b.nodes])]
  return { revision: Math.max(a.revision, b.revision), topics, nodes: nodes.length > MAX_NODES ? [] : nodes }
}

function frame(id: string, event: RevisionEvent): string {
  return `id: ${id}\nevent: revision\ndata: ${JSON.stringify(event)}\n\n`
}

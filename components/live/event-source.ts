import { type RevisionEvent, revisionEvent } from '@/lib/contract/api'

/** How fresh the page is. */
export type LiveState = 'connecting' | 'live' | 'polling' | 'offline'

/** Longest silence of a healthy stream (heartbeats come every 15 s). */
const SILENCE_MS = 45_000
const POLL_MS = 10_000

export interface LiveHooks {
  onEvent(event: RevisionEvent): void
  /** Called when news may have been missed: after a gap, on wake-up, and on each poll. */
  onGap(): void
  onState(state: LiveState): void
}

/**
 * Keeps a page's data fresh: revisions from `/api/v1/events`, polling after 45 s of silence, and a fresh look after sleep and
 * bfcache. One tab of the browser holds the connection and tells the others (six connections a host on HTTP/1.1).
 */
export function startLive(hooks: LiveHooks): () => void {
  let source: EventSource | null = null
  let leaving: (() => void) | null = null
  let heardAt = Date.now()
  let polledAt = 0
  let state: LiveState = 'connecting'
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('cairn-live')

  const become = (next: LiveState) => {
    if (state === next) return
    state = next
    hooks.onState(next)
  }
  const heard = () => {
    const gap = state === 'polling' || state === 'offline'
    heardAt = Date.now()
    become('live')
    if (gap) hooks.onGap()
  }
  const receive = (text: string) => {
    heard()
    const event = parseEvent(text)
    if (event) hooks.onEvent(event)
  }
  const listen = () => {
    source = new EventSource('/api/v1/events')
    const take = (event: Event) => {
      const text = event instanceof MessageEvent && typeof event.data === 'string' ? event.data : '{}'
      receive(text)
      channel?.postMessage(text)
    }
    for (const type of ['open', 'message', 'revision', 'heartbeat']) source.addEventListener(type, take)
    source.addEventListener('error', () => {
      // A refused stream (signed out, proxy error) is closed for good by the browser: try again with the next poll.
      if (source?.readyState === EventSource.CLOSED) close()
    })
  }
  const close = () => {
    source?.close()
    source = null
  }
  /** Waits for the browser-wide lock; the tab that holds it listens. */
  const join = () => {
    heardAt = Date.now()
    if (!navigator.locks) {
      listen()
      return
    }
    const abort = new AbortController()
    let release = () => {}
    leaving = () => {
      abort.abort()
      release()
    }
    navigator.locks
      .request('cairn-live', { signal: abort.signal }, () => {
        listen()
        return new Promise<void>((resolve) => {
          release = resolve
        })
      })
      .catch((error: unknown) => {
        if (!(error instanceof DOMException && error.name === 'AbortError')) throw error
      })
  }
  const leave = () => {
    close()
    leaving?.()
    leaving = null
  }
  const wake = () => {
    if (document.visibilityState !== 'visible') return
    if (!leaving && !source) join()
    hooks.onGap()
  }
  const tick = () => {
    const now = Date.now()
    if (!navigator.onLine) {
      become('offline')
      return
    }
    if (now - heardAt < SILENCE_MS) return
    become('polling')
    if (now - polledAt < POLL_MS || document.visibilityState !== 'visible') return
    polledAt = now
    hooks.onGap()
    if (!source && !leaving) join()
    else if (source?.readyState === EventSource.CLOSED) listen()
  }
  const goOffline = () => become('offline')
  const onMessage = (message: MessageEvent<unknown>) => {
    if (!source && typeof message.data === 'string') receive(message.data)
  }

  channel?.addEventListener('message', onMessage)
  document.addEventListener('visibilitychange', wake)
  addEventListener('pageshow', wake)
  addEventListener('pagehide', leave)
  addEventListener('online', wake)
  addEventListener('offline', goOffline)
  const timer = setInterval(tick, 2_000)
  join()

  return () => {
    clearInterval(timer)
    leave()
    channel?.close()
    document.removeEventListener('visibilitychange', wake)
    removeEventListener('pageshow', wake)
    removeEventListener('pagehide', leave)
    removeEventListener('online', wake)
    removeEventListener('offline', goOffline)
  }
}

/** A revision event, or null for heartbeats and anything else. */
function parseEvent(text: string): RevisionEvent | null {
  try {
    const parsed = revisionEvent.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

import type { ServerResponse } from 'node:http'
import type { KubeObject } from '@/lib/collector'
import type { Resource } from './kinds'
import type { Matcher } from './selectors'
import { badRequest, tooNew, tooOld } from './status'
import type { Change, Store } from './store'
import type { LabFaultAction } from './types'

/** A watch that is open. */
interface OpenWatch {
  resource: Resource
  disturb(action: LabFaultAction): void
}

/** Streams changes to those who watch. */
export class Watches {
  private readonly open = new Set<OpenWatch>()

  constructor(
    private readonly store: Store,
    private readonly bookmarkMs: number,
  ) {}

  count(plural?: string): number {
    return [...this.open].filter(({ resource }) => plural === undefined || resource.plural === plural).length
  }

  disturb(plural: string | undefined, action: LabFaultAction): void {
    for (const watch of [...this.open])
      if (plural === undefined || watch.resource.plural === plural) watch.disturb(action)
  }

  endAll(resource: Resource): void {
    for (const watch of [...this.open]) if (watch.resource === resource) watch.disturb({ kind: 'close' })
  }

  /** Answers a list request with `watch=1`. */
  serve(
    resource: Resource,
    apiVersion: string,
    matches: Matcher,
    query: URLSearchParams,
    response: ServerResponse,
  ): void {
    const asked = query.get('resourceVersion') ?? ''
    if (!/^[0-9]*$/.test(asked)) throw badRequest(`invalid resource version: ${asked}`)
    const from = Number(asked || 0)
    if (from > this.store.currentVersion) throw tooNew(from, this.store.currentVersion)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const past = from === 0 ? null : this.store.since(resource, from)
    if (from !== 0 && past === null) {
      response.end(line('ERROR', tooOld(from, this.store.oldest(resource))))
      return
    }
    let frozen = false
    const write = (text: string) => {
      if (!frozen && !response.writableEnded) response.write(text)
    }
    const send = (change: Change) => {
      const text = changeLine(change, matches)
      if (text !== null) write(text)
    }
    if (past === null) for (const object of this.store.all(resource)) if (matches(object)) write(line('ADDED', object))
    for (const change of past ?? []) send(change)
    // A real server drops bookmarks that are not newer than the version the watch began at.
    const bookmark = () => {
      if (this.store.currentVersion <= from) return
      const metadata = { resourceVersion: String(this.store.currentVersion), creationTimestamp: null }
      write(line('BOOKMARK', { kind: resource.kind, apiVersion, metadata }))
    }
    // As on a real server, events are not served from the watch cache and send no bookmarks.
    const bookmarks =
      query.get('allowWatchBookmarks') === 'true' && resource.plural !== 'events'
        ? setInterval(bookmark, this.bookmarkMs)
        : undefined
    const timeout = Number(query.get('timeoutSeconds') ?? 1800)
    const end = setTimeout(() => response.end(), timeout * 1000)
    const stop = this.store.listen(resource, send)
    const watch: OpenWatch = {
      resource,
      disturb(action) {
        if (action.kind === 'freeze') frozen = true
        else if (action.kind === 'malformed') write('{"type":"MODIFIED","object":{"metad\n')
        else if (action.kind === 'gone') response.end(line('ERROR', tooOld(from, from + 1)))
        else if (action.kind === 'close') response.end()
        else if (action.kind === 'drop') {
          frozen = true
          response.write('{"type":"MODIFIED","obj', () => response.socket?.destroy())
        }
      },
    }
    this.open.add(watch)
    response.on('close', () => {
      clearInterval(bookmarks)
      clearTimeout(end)
      stop()
      this.open.delete(watch)
    })
  }
}

/** What this change means for a watch with a selector: objects enter and leave it. */
function changeLine({ type, object, before }: Change, matches: Matcher): string | null {
  const was = before !== null && matches(before)
  const is = type !== 'DELETED' && matches(object)
  if (is) return line(was ? 'MODIFIED' : 'ADDED', object)
  return was ? line('DELETED', object) : null
}

function line(type: string, object: KubeObject | object): string {
  return `${JSON.stringify({ type, object })}\n`
}

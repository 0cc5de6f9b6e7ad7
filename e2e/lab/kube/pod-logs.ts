import type { ServerResponse } from 'node:http'
import type { KubeObject } from '@/lib/collector'
import { badRequest } from './status'

interface Line {
  at: string
  text: string
}

interface Book {
  lines: Line[]
  previous: Line[] | null
  ended: boolean
  followers: Set<(line: Line | null) => void>
}

const KEPT_LINES = 50_000

/** Logs of the lab's pods, by namespace, pod and container. */
export class PodLogs {
  private readonly books = new Map<string, Book>()

  append(path: string, lines: readonly string[]): void {
    const book = this.book(path)
    for (const text of lines) {
      const line = { at: new Date().toISOString().replace('Z', '000000Z'), text }
      book.lines.push(line)
      for (const follower of book.followers) follower(line)
    }
    if (book.lines.length > KEPT_LINES) book.lines.splice(0, book.lines.length - KEPT_LINES)
  }

  setPrevious(path: string, lines: readonly string[]): void {
    this.book(path).previous = lines.map((text) => ({ at: new Date().toISOString(), text }))
  }

  /** Ends the stream of those who follow. */
  end(path: string): void {
    const book = this.book(path)
    book.ended = true
    for (const follower of [...book.followers]) follower(null)
  }

  endPod(namespace: string, pod: string): void {
    for (const path of [...this.books.keys()]) {
      if (!path.startsWith(`${namespace}/${pod}/`)) continue
      this.end(path)
      this.books.delete(path)
    }
  }

  /** Answers `…/pods/NAME/log`, in the real server's words. */
  serve(pod: KubeObject, query: URLSearchParams, response: ServerResponse): void {
    const { name, namespace = '' } = pod.metadata
    const containers = namesOf(pod)
    const container = query.get('container') ?? (containers.length === 1 ? (containers[0] ?? '') : '')
    if (container === '')
      throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]`)
    if (!containers.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`)
    if (!nodeOf(pod)) {
      response.writeHead(204).end()
      return
    }
    const book = this.books.get(`${namespace}/${name}/${container}`)
    const previous = query.get('previous') === 'true'
    if (previous && !book?.previous)
      throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
    const waiting = waitingReason(pod, container)
    if (!book && waiting !== null)
      throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`)
    const lines = (previous ? book?.previous : book?.lines) ?? []
    const print = (line: Line) => `${query.get('timestamps') === 'true' ? `${line.at} ` : ''}${line.text}\n`
    response.writeHead(200, { 'content-type': 'text/plain' })
    const limit = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY)
    const text = Buffer.from(chosen(lines, query).map(print).join(''))
    response.write(text.subarray(0, Math.min(limit, text.length)))
    if (query.get('follow') !== 'true' || previous || book?.ended || finished(pod)) {
      response.end()
      return
    }
    this.follow(`${namespace}/${name}/${container}`, print, response)
  }

  private follow(path: string, print: (line: Line) => string, response: ServerResponse): void {
    const { followers } = this.book(path)
    const follower = (line: Line | null) => {
      if (line === null) response.end()
      else response.write(print(line))
    }
    followers.add(follower)
    response.on('close', () => followers.delete(follower))
    response.flushHeaders()
  }

  private book(path: string): Book {
    const known = this.books.get(path)
    if (known) return known
    const book: Book = { lines: [], previous: null, ended: false, followers: new Set() }
    this.books.set(path, book)
    return book
  }
}

function chosen(lines: readonly Line[], query: URLSearchParams): readonly Line[] {
  const since = query.get('sinceTime')
  const young =
    since === null ? lines : lines.filter(({ at }) => Date.parse(at.slice(0, 23).concat('Z')) >= Date.parse(since))
  const tail = query.get('tailLines')
  return tail === null ? young : young.slice(Math.max(0, young.length - Number(tail)))
}

interface PodShape extends KubeObject {
  spec?: { nodeName?: string; containers?: { name: string }[]; initContainers?: { name: string }[] }
  status?: { phase?: string; containerStatuses?: { name: string; state?: { waiting?: { reason?: string } } }[] }
}

/** The lab's own pods, made by us: they have the fields of pods. */
function shape(pod: KubeObject): PodShape {
  return { ...pod }
}

function namesOf(pod: KubeObject): string[] {
  const { spec } = shape(pod)
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name)
}

function nodeOf(pod: KubeObject): string | undefined {
  return shape(pod).spec?.nodeName
}

function waitingReason(pod: KubeObject, container: string): string | null {
  const status = shape(pod).status?.containerStatuses?.find(({ name }) => name === container)
  return status?.state?.waiting ? (status.state.waiting.reason ?? 'ContainerCreating') : null
}

function finished(pod: KubeObject): boolean {
  const phase = shape(pod).status?.phase
  return phase === 'Succeeded' || phase === 'Failed'
}

import http from 'node:http'
import https from 'node:https'
import { createGunzip } from 'node:zlib'
import { type HttpAnswer, readAnswer } from './answer'
import type { Credentials, Identity, Issued } from './credentials'
import { codeOf, KubeFault, networkFault } from './fault'
import type { KubeTarget } from './kubeconfig'
import { isLoopback } from './paths'
import type { KubeAnswer } from './types'

/** What to ask. */
export interface KubeCall {
  method: string
  path: string
  body?: string
  contentType?: string
  accept?: string
  /** Ask for gzip: worth it for lists over a real network. */
  gzip?: boolean
  /** Milliseconds until the answer's headers are there. */
  headersMs: number
  signal?: AbortSignal
}

/** An answer whose body is still to be read. */
export interface OpenAnswer {
  message: http.IncomingMessage
  httpStatus: number
}

const ERROR_BODY_BYTES = 256 * 1024

/** Requests to one API server over one keep-alive agent; renews the credential once on 401. */
export class KubeHttp {
  private agent: http.Agent | null = null
  private agentOf: Pick<Identity, 'cert' | 'key'> | null = null
  private readonly secure: boolean
  /** Origin and path prefix (a proxy such as Rancher's serves a cluster below a path). */
  private readonly base: string
  readonly host: string
  /** On this machine: compression would only cost. */
  readonly local: boolean

  constructor(
    private readonly target: KubeTarget,
    private readonly credentials: Credentials,
  ) {
    this.secure = target.server.protocol === 'https:'
    this.base = target.server.origin + target.server.pathname.replace(/\/+$/, '')
    this.host = target.server.host
    this.local = isLoopback(target.server.hostname)
  }

  /** Asks and reads the whole answer, whatever its status. @throws KubeFault when there is none. */
  async send(call: KubeCall, bodyMs: number, maxBytes: number): Promise<KubeAnswer> {
    const { message, httpStatus } = await this.open(call)
    const text = await this.read(message, bodyMs, maxBytes, call.signal)
    return readAnswer(answerHead(message, httpStatus, text))
  }

  /** Asks and hands over the body; an answer that is not 2xx is read and thrown by the caller through `refusal`. */
  async open(call: KubeCall): Promise<OpenAnswer> {
    const issued = await this.credentials.current()
    const first = await this.attempt(call, issued)
    if (first.httpStatus !== 401 || !(await this.renewed(issued, first))) return first
    return this.attempt(call, await this.credentials.current())
  }

  /** Reads an error answer. */
  async refusal({ message, httpStatus }: OpenAnswer, bodyMs: number, signal?: AbortSignal): Promise<KubeAnswer> {
    const text = await this.read(message, bodyMs, ERROR_BODY_BYTES, signal)
    return readAnswer(answerHead(message, httpStatus, text))
  }

  close(): void {
    this.agent?.destroy()
  }

  private async renewed(issued: Issued, first: OpenAnswer): Promise<boolean> {
    const fresh = await this.credentials.renew(issued.generation).catch((error: unknown) => {
      first.message.destroy()
      throw error
    })
    if (fresh) first.message.resume()
    return fresh
  }

  /** One request. A kept-alive connection that the server closed meanwhile is replaced once, if nothing can have happened. */
  private async attempt(call: KubeCall, issued: Issued): Promise<OpenAnswer> {
    try {
      return await this.once(call, issued.identity)
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error
      return this.once(call, issued.identity)
    }
  }

  private once(call: KubeCall, identity: Identity): Promise<OpenAnswer> {
    return new Promise((resolve, reject) => {
      const { signal } = call
      if (signal?.aborted) return reject(aborted())
      const request = (this.secure ? https : http).request(new URL(this.base + call.path), {
        method: call.method,
        agent: this.agentFor(identity),
        headers: this.headers(call, identity),
      })
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
      }
      const fail = (error: Error) => {
        settle()
        request.destroy()
        reject(error)
      }
      const stop = () => fail(aborted())
      const timer = setTimeout(
        () =>
          fail(
            new KubeFault('timeout', `The API server ${this.host} did not answer within ${call.headersMs / 1000} s`),
          ),
        call.headersMs,
      )
      signal?.addEventListener('abort', stop)
      request.on('socket', (socket) => socket.setKeepAlive(true, 30_000))
      request.on('error', (error) => {
        const stale = request.reusedSocket && codeOf(error) === 'ECONNRESET' && call.method === 'GET'
        fail(stale ? new StaleConnection() : networkFault(error, this.host))
      })
      request.on('response', (message) => {
        settle()
        resolve({ message, httpStatus: message.statusCode ?? 0 })
      })
      request.end(call.body)
    })
  }

  /** Reads a body with a time limit and a cap that counts after decompression. */
  private read(message: http.IncomingMessage, bodyMs: number, maxBytes: number, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const gzip = message.headers['content-encoding'] === 'gzip'
      const stream = gzip ? message.pipe(createGunzip()) : message
      const parts: Buffer[] = []
      let size = 0
      const finish = (error: Error | null) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
        if (error === null) return resolve(Buffer.concat(parts).toString('utf8'))
        // First: destroying the message tells of a broken connection, too.
        reject(error)
        message.destroy()
      }
      const stop = () => finish(aborted())
      const timer = setTimeout(
        () =>
          finish(
            new KubeFault('timeout', `The API server ${this.host} did not finish its answer within ${bodyMs / 1000} s`),
          ),
        bodyMs,
      )
      if (signal?.aborted) return stop()
      signal?.addEventListener('abort', stop)
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= maxBytes) parts.push(chunk)
        else finish(new KubeFault('unreadable', `The answer is larger than ${maxBytes} bytes`))
      })
      stream.on('end', () => (message.complete ? finish(null) : finish(broken(this.host))))
      stream.on('error', (error) =>
        finish(gzip ? new KubeFault('unreadable', 'The answer is not valid gzip') : networkFault(error, this.host)),
      )
      message.on('error', (error) => finish(networkFault(error, this.host)))
      message.on('aborted', () => finish(broken(this.host)))
    })
  }

  private headers(call: KubeCall, identity: Identity): http.OutgoingHttpHeaders {
    return {
      ...identity.headers,
      accept: call.accept ?? 'application/json',
      'user-agent': 'cairn',
      'accept-encoding': call.gzip ? 'gzip' : 'identity',
      ...(call.body === undefined
        ? {}
        : { 'content-type': call.contentType ?? 'application/json', 'content-length': Buffer.byteLength(call.body) }),
    }
  }

  /** One agent for all requests; another one only when the client certificate changes. */
  private agentFor(identity: Identity): http.Agent {
    if (this.agent !== null && this.agentOf?.cert === identity.cert && this.agentOf?.key === identity.key)
      return this.agent
    this.agent?.destroy()
    const { ca, servername, insecure } = this.target.tls
    const options = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 8, noDelay: true }
    this.agent = this.secure
      ? new https.Agent({
          ...options,
          ...(ca ? { ca } : {}),
          ...(servername ? { servername } : {}),
          ...(identity.cert ? { cert: identity.cert, key: identity.key } : {}),
          rejectUnauthorized: !insecure,
        })
      : new http.Agent(options)
    this.agentOf = { cert: identity.cert, key: identity.key }
    return this.agent
  }
}

/** A request ended because its owner wanted it to. */
export class Aborted extends Error {
  override name = 'Aborted'
}

class StaleConnection extends Error {}

function aborted(): Aborted {
  return new Aborted('aborted')
}

function broken(host: string): KubeFault {
  return new KubeFault('unreachable', `The connection to the API server ${host} broke in the middle of an answer`)
}

function answerHead(message: http.IncomingMessage, httpStatus: number, text: string): HttpAnswer {
  return {
    httpStatus,
    contentType: message.headers['content-type'] ?? '',
    retryAfter: message.headers['retry-after'] ?? null,
    text,
  }
}

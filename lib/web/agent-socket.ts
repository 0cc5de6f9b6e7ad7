import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Where the agent listens. The web process knows nothing else of it (DESIGN law 5). */
export function socketPath(): string {
  return process.env.CAIRN_SOCKET ?? '.cairn/agent.sock'
}

export interface AgentRequest {
  method: string
  /** Path and query. */
  path: string
  headers: Record<string, string>
  body?: ReadableStream<Uint8Array> | null
  signal?: AbortSignal
}

/** Sends one request over the agent's Unix socket; resolves with the head of the answer, rejects when the agent is not there. */
export function askAgent(ask: AgentRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest({
      socketPath: socketPath(),
      method: ask.method,
      path: ask.path,
      headers: { ...ask.headers, 'accept-encoding': 'identity' },
      signal: ask.signal,
    })
    upstream.once('response', resolve)
    upstream.on('error', reject)
    if (!ask.body) {
      upstream.end()
      return
    }
    const body = Readable.fromWeb(webStream(ask.body))
    body.once('error', (error) => upstream.destroy(error))
    body.pipe(upstream)
  })
}

/** The DOM and Node name the same class by two types. */
function webStream(stream: ReadableStream<Uint8Array>): Parameters<typeof Readable.fromWeb>[0] {
  return stream as Parameters<typeof Readable.fromWeb>[0]
}

/** Reads a JSON answer of at most `maxBytes` from the agent; throws when it is longer, cut or not JSON. */
export async function readJson(answer: IncomingMessage, maxBytes = 4_194_304): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > maxBytes) {
      answer.destroy()
      throw new Error('The agent sent more than a page may hold')
    }
    chunks.push(bytes)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

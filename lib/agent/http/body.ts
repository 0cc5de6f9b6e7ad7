import type { IncomingMessage } from 'node:http'
import { refuse } from '@/lib/agent/refusal'

/** Reads a JSON body up to a cap; an empty one is `{}`. @throws Refusal `too-large`, `bad-request` */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw refuse('too-large', { maxBytes })
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw refuse('bad-request', { fields: 'a compressed body is not taken' })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > maxBytes) throw refuse('too-large', { maxBytes })
    chunks.push(bytes)
  }
  if (size === 0) return {}
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    throw refuse('bad-request', { fields: 'the body is not JSON in UTF-8' })
  }
}

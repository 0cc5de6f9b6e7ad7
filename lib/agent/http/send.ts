import type { ServerResponse } from 'node:http'
import { type Refusal, refuse } from '@/lib/agent/refusal'
import type { ApiError } from '@/lib/contract/api'

/** Headers of every answer, errors included (SEC-15). */
export function baseHeaders(secure: boolean): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Sends JSON and ends the answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  })
  response.end(body)
}

/** Sends plain text and ends the answer. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'content-type': type, 'content-length': body.length })
  response.end(body)
}

/** Sends a refusal in the contract's error form. The rest of an unread body is not waited for. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, requestId: string): void {
  const { status, what, stillWorks, todo } = refusal.entry
  const body: ApiError = {
    error: { code: refusal.code, what, ...(stillWorks ? { stillWorks } : {}), ...(todo ? { todo } : {}), requestId },
  }
  const headers: Record<string, string> = {}
  if (refusal.retryAfterSec !== null) headers['retry-after'] = String(refusal.retryAfterSec)
  if (!response.req.complete) headers.connection = 'close'
  sendJson(response, status, body, headers)
}

/** What to answer for anything that was not meant to be thrown. */
export function internalRefusal(): Refusal {
  return refuse('internal')
}

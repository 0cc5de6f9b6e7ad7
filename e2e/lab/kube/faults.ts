import type { ServerResponse } from 'node:http'
import { failure } from './status'
import type { LabFault, LabFaultAction } from './types'

/** Faults armed now. */
export class Faults {
  private readonly armed: { fault: LabFault; left: number }[] = []

  add(fault: LabFault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
    this.armed.push(entry)
    return () => {
      entry.left = 0
    }
  }

  /** The first fault for this request, used up by one. */
  take(verb: string, resource: string): LabFaultAction | null {
    const entry = this.armed.find(
      ({ fault, left }) => left > 0 && (fault.verb ?? verb) === verb && (fault.resource ?? resource) === resource,
    )
    if (!entry) return null
    entry.left -= 1
    return entry.fault.action
  }
}

/** What a fault on a request does: `handled` means that nothing else may be written. */
export async function strike(
  action: LabFaultAction,
  verb: string,
  response: ServerResponse,
): Promise<'handled' | 'go on'> {
  switch (action.kind) {
    case 'latency':
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, action.ms)
        response.on('close', () => {
          clearTimeout(timer)
          resolve()
        })
      })
      return response.destroyed ? 'handled' : 'go on'
    case 'status': {
      const { status, message = 'scripted fault', retryAfterSec, text } = action
      const headers = retryAfterSec === undefined ? {} : { 'retry-after': String(retryAfterSec) }
      if (text)
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${message}\n`)
      else
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(failure(status, REASONS[status] ?? 'InternalError', message)))
      return 'handled'
    }
    case 'gone': {
      const body = failure(410, 'Expired', 'The resourceVersion for the provided watch is too old.')
      if (verb === 'watch')
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`${JSON.stringify({ type: 'ERROR', object: body })}\n`)
      else response.writeHead(410, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      return 'handled'
    }
    case 'drop':
      response.socket?.destroy()
      return 'handled'
    case 'freeze':
      return 'handled'
    case 'malformed':
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(verb === 'watch' ? '{"type":"MODIFIED","object":{"metad\n' : '{"kind":"List","items":[{"metadata":')
      return 'handled'
    case 'close':
      response.writeHead(200, { 'content-type': 'application/json' }).end()
      return 'handled'
  }
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

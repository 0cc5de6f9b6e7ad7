import { redact } from '@/lib/redact'
import { sanitiseLine } from '@/lib/sanitise'
import { KubeFault } from './fault'
import type { KubeAnswer, MissingRight } from './types'
import { asText, dig, parseJson } from './untyped'

/** An HTTP answer as it came. */
export interface HttpAnswer {
  httpStatus: number
  contentType: string
  retryAfter: string | null
  text: string
}

const RBAC =
  /User "[^"]*" cannot (\S+) (?:resource|path) "([^"]*)"(?: in API group "([^"]*)")?(?: at the cluster scope| in the namespace "([^"]*)")?/

/**
 * Reads what the API server's answer means. The words are those of a real 1.36.3 server (samples/recorded/19-api-answers):
 * a missing group is a text/plain 404, a 429 may be a conversion webhook that is gone, a 403 may be a quota.
 */
export function readAnswer(answer: HttpAnswer): KubeAnswer {
  const { httpStatus, text } = answer
  const body = answer.contentType.includes('json') ? parseJson(text) : null
  const base = { httpStatus, body: body ?? null, text }
  if (httpStatus >= 200 && httpStatus < 300) {
    if (body !== undefined) return { ...base, status: 'ok' }
    return { ...base, status: 'unreadable', reason: 'The answer is not valid JSON' }
  }
  const message = redact(sanitiseLine(asText(dig(body, 'message')) ?? text.trim(), 500)).text
  const said = message === '' ? `HTTP ${httpStatus}` : `HTTP ${httpStatus}: ${message}`
  const retryAfterSec = seconds(answer.retryAfter)
  if (httpStatus === 401)
    return { ...base, status: 'denied', reason: 'Credential expired or not accepted (401 Unauthorized)' }
  if (httpStatus === 403) return { ...base, status: 'denied', ...refused(message) }
  if (httpStatus === 404) {
    const unknownPath = dig(body, 'kind') !== 'Status'
    return {
      ...base,
      status: 'absent',
      reason: unknownPath ? 'The API server does not serve this resource (404)' : said,
    }
  }
  if (httpStatus === 429 || httpStatus >= 500) {
    return { ...base, status: httpStatus === 504 ? 'timeout' : 'unreachable', reason: said, retryAfterSec }
  }
  // 400, 409, 413, 415, 422: the server understood and refused this very request.
  if (httpStatus >= 400 && httpStatus !== 410) return { ...base, status: 'denied', reason: said }
  return { ...base, status: 'unreadable', reason: said }
}

/** The answer as an error, for loops. */
export function faultOf(answer: KubeAnswer): KubeFault {
  const { status, httpStatus, missing, retryAfterSec, body, text } = answer
  return new KubeFault(status === 'ok' ? 'unreadable' : status, answer.reason ?? `HTTP ${httpStatus}`, {
    httpStatus: httpStatus ?? undefined,
    missing,
    retryAfterSec,
    body,
    text,
  })
}

/** An error as an answer, for callers who asked once. */
export function answerOf(fault: KubeFault): KubeAnswer {
  const { httpStatus, missing, retryAfterSec, body, text } = fault.more
  return {
    status: fault.status,
    httpStatus: httpStatus ?? null,
    body: body ?? null,
    text: text ?? '',
    reason: fault.message,
    missing,
    retryAfterSec,
  }
}

function refused(message: string): { reason: string; missing?: MissingRight } {
  const found = RBAC.exec(message)
  if (!found) return { reason: `HTTP 403: ${message}` }
  const [, verb = '', resource = '', group = '', namespace] = found
  const missing = { verb, group, resource, namespace: namespace ?? null }
  const where = namespace === undefined ? 'cluster-wide' : `in namespace ${namespace}`
  return { reason: `Missing right: ${verb} ${resource}${group === '' ? '' : `.${group}`} ${where} (403)`, missing }
}

/** Retry-After in seconds; dates are not used by API servers. Bounded, so that a hostile header cannot stop us for good. */
function seconds(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header.trim())) return undefined
  return Math.min(Number(header), 300)
}

import type { Parsed, ReasonCode } from '@/lib/format'
import type { ReadStatus } from '@/lib/read'
import { count, type Fields, word } from '../fields'

type NotOk = Exclude<ReadStatus, 'ok'>

/** Why the API server, or kubectl, gave no object. */
export interface Refusal {
  status: NotOk
  code: ReasonCode
  text: string
}

/** Reads a `Status` object of the API server that reports a failure (k8s-formats §16, §20.21–23). */
export function statusRefusal(status: Fields): Refusal | null {
  if (status.kind !== 'Status' || status.status === 'Success') return null
  const message = word(status.message) ?? word(status.reason) ?? 'the API server refused without a message'
  return refusal(word(status.reason), count(status.code), message)
}

const SERVED = /^(?:Error from server|error from server) ?(?:\(([A-Za-z]+)\))?: (.+)$/

/** One line of kubectl or of the API server's plain-text answers; null for any other line. */
export function lineRefusal(line: string): Refusal | null {
  if (!ANY.test(line)) return null
  const served = SERVED.exec(line)
  if (served) return refusal(served[1] ?? null, null, served[2] ?? '')
  const found = LINES.find(([pattern]) => pattern.test(line))
  return found ? { status: found[1], code: found[2], text: line.replace(/^error: /, '') } : null
}

const LINES: readonly [RegExp, NotOk, ReasonCode][] = [
  [/^404 page not found$/, 'absent', 'other'],
  [/^error: the server doesn't have a resource type /, 'absent', 'other'],
  [/^error: no matches for kind /, 'absent', 'other'],
  [/^error: resource mapping not found for name: /, 'absent', 'other'],
  [/^The [A-Z][A-Za-z]{1,60} "[^"]{0,253}" is invalid: /, 'denied', 'other'],
  [/^error: You must be logged in to the server/, 'denied', 'other'],
  [/^Unable to connect to the server: .*(?:timeout|deadline exceeded)/, 'timeout', 'no-answer'],
  [/^Unable to connect to the server: /, 'unreachable', 'no-answer'],
  [/^The connection to the server .* was refused/, 'unreachable', 'no-answer'],
  [/^service unavailable$/, 'unreachable', 'no-answer'],
]
/** Any of the above, in one look at a line. */
const ANY = new RegExp([SERVED, ...LINES.map(([pattern]) => pattern)].map(({ source }) => source).join('|'))

function refusal(reason: string | null, code: number | null, text: string): Refusal {
  const rights =
    / cannot (?:get|list|watch|create|update|patch|delete|deletecollection|impersonate|use|bind|escalate) /.test(text)
  if (rights) return { status: 'denied', code: 'forbidden', text }
  if (reason === 'Forbidden' || code === 403) {
    return {
      status: 'denied',
      code: /exceeded quota|PodSecurity|admission|denied the request/.test(text) ? 'other' : 'forbidden',
      text,
    }
  }
  if (reason === 'Unauthorized' || code === 401) return { status: 'denied', code: 'other', text }
  if (reason === 'NotFound' || code === 404) return { status: 'absent', code: 'other', text }
  if (reason === 'Timeout' || reason === 'ServerTimeout' || code === 504)
    return { status: 'timeout', code: 'no-answer', text }
  // The API server is well: it refuses because a webhook of the cluster does not answer.
  if (/failed calling webhook/.test(text)) return { status: 'denied', code: 'other', text }
  if (reason === 'ServiceUnavailable' || reason === 'InternalError' || reason === 'TooManyRequests') {
    return { status: 'unreachable', code: 'no-answer', text }
  }
  return { status: 'denied', code: 'other', text }
}

/** A refusal as a parser's answer. */
export function refused<F>({ status, code, text }: Refusal): Parsed<F> {
  return { status, reason: { code, text: text.slice(0, 1000) }, errors: [text.slice(0, 1000)], facts: {} }
}

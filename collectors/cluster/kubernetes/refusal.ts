import type { Parsed, ReasonCode } from '@/lib/format'
import type { ReadStatus } from '@/lib/read'
import { admissionRule } from '@/lib/refusals'
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

/** Lines that continue a refusal: the second line of "error when retrieving", the list of an invalid object, a webhook's own lines. */
const MAX_CONTINUED = 12

/** Every refusal that the lines of kubectl, or of a plain-text answer, tell; the one that names verb and resource first. */
export function refusalsIn(lines: readonly string[]): readonly Refusal[] {
  const found: Refusal[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const own = (lines[at] ?? '').trim()
    const refused = lineRefusal(own)
    if (refused === null) continue
    // "error when retrieving current configuration of:" ends in a line that holds the server's words.
    const told = own.endsWith(':') ? continued(lines.slice(at + 1, at + 1 + MAX_CONTINUED)) : ''
    found.push(told === '' ? refused : (lineRefusal(`${own} ${told}`) ?? refused))
  }
  return found.toSorted((a, b) => Number(isRights(b.text)) - Number(isRights(a.text)))
}

function continued(lines: readonly string[]): string {
  const end = lines.findIndex((line) => lineRefusal(line.trim()) !== null || /^[[{]|^[\w.]+: ?\S*$/.test(line.trim()))
  const own = lines.slice(0, end < 0 ? lines.length : end)
  return own
    .map((line) => line.trim().replace(/^from server for: "[^"]{0,300}": /, ''))
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 2000)
}

/** One line of kubectl or of the API server's plain-text answers; null for any other line. */
export function lineRefusal(line: string): Refusal | null {
  if (!ANY.test(line)) return null
  const served = SERVED.exec(line)
  if (served) return refusal(served[1] ?? null, null, served[2] ?? '')
  const found = LINES.find(([pattern]) => pattern.test(line))
  if (found) return { status: found[1], code: found[2], text: line.replace(/^error: /, '') }
  return toldRefusal(line)
}

/** How a sentence around the server's words begins, and what stands in it. */
const TOLD =
  /^(?:error: |Error creating: |Internal error occurred: |[a-z][\w.-]{0,200} ).{0,300}?(?:is forbidden: |denied the request|failed calling webhook|could not be )|^(?:admission|failed calling) webhook |^(?:error: )?error when evicting /

/** The server's words in the sentences of kubectl and of controllers, or alone. */
function toldRefusal(line: string): Refusal | null {
  const told =
    /^(?:error: |Error creating: |(?=[a-z][\w.-]{0,200} |Internal error occurred: ))(.{1,300}? is forbidden: .+|admission webhook "[^"]{1,253}" denied the request.*|(?:Internal error occurred: )?failed calling webhook .+)$/.exec(
      line,
    ) ?? /^error: (.{1,300}? could not be (?:patched|created): .+)$/.exec(line)
  return told?.[1] === undefined ? null : refusal(null, null, told[1])
}

const LINES: readonly [RegExp, NotOk, ReasonCode][] = [
  [/^404 page not found$/, 'absent', 'other'],
  [/^error: the server doesn't have a resource type /, 'absent', 'other'],
  [/^error: (?:unable to recognize "[^"]{0,300}": )?no matches for kind /, 'absent', 'other'],
  [/^error: resource mapping not found for name: /, 'absent', 'other'],
  // A ValidatingAdmissionPolicy denies as an invalid field without a name.
  [
    /^The [A-Za-z][\w.-]{1,200} "[^"]{0,253}" is invalid: .*ValidatingAdmissionPolicy .{1,200}denied request/,
    'denied',
    'forbidden',
  ],
  [/^The [A-Za-z][\w.-]{1,200} "[^"]{0,253}" is invalid:/, 'denied', 'other'],
  // kubectl drain: the API server refuses the eviction with 429, and kubectl tries again.
  [/^(?:error: )?error when evicting .{1,600}Cannot evict pod as it would violate/, 'denied', 'forbidden'],
  [/^error: You must be logged in to the server/, 'denied', 'forbidden'],
  [/^Unable to connect to the server: .*(?:timeout|deadline exceeded)/, 'timeout', 'no-answer'],
  [/^Unable to connect to the server: /, 'unreachable', 'no-answer'],
  [/^The connection to the server .* was refused/, 'unreachable', 'no-answer'],
  [/^service unavailable$/, 'unreachable', 'no-answer'],
]
/** Any of the above, in one look at a line. */
const ANY = new RegExp([SERVED, TOLD, ...LINES.map(([pattern]) => pattern)].map(({ source }) => source).join('|'))

const RIGHTS = / cannot (?:get|list|watch|create|update|patch|delete|deletecollection|impersonate|use|bind|escalate) /

function isRights(text: string): boolean {
  return RIGHTS.test(text)
}

/**
 * What a refusal means for reading. All that the API server refuses is `forbidden` (EXPLAIN §3 k8s), a missing right as well as a rule of
 * admission; an object that breaks its schema, or a write that comes too late, was not forbidden.
 */
function refusal(reason: string | null, code: number | null, text: string): Refusal {
  const forbids = reason === 'Forbidden' || code === 403 || reason === 'Unauthorized' || code === 401
  if (
    forbids ||
    isRights(text) ||
    /^Cannot evict pod as it would violate /.test(text) ||
    admissionRule(text) !== null ||
    / is forbidden: /.test(text)
  )
    return { status: 'denied', code: 'forbidden', text }
  if (reason === 'NotFound' || code === 404) return { status: 'absent', code: 'other', text }
  if (reason === 'Timeout' || reason === 'ServerTimeout' || code === 504 || /^etcdserver: request timed out/.test(text))
    return { status: 'timeout', code: 'no-answer', text }
  // Not throttling: the service that converts versions of this kind is missing (k8s-formats §20.22).
  if (/conversion webhook for .{1,300} failed/.test(text)) return { status: 'unreachable', code: 'no-answer', text }
  if (reason === 'ServiceUnavailable' || reason === 'InternalError' || reason === 'TooManyRequests')
    return { status: 'unreachable', code: 'no-answer', text }
  return { status: 'denied', code: 'other', text }
}

/** A refusal as a parser's answer; of several, all stand in the errors. */
export function refused<F>({ status, code, text }: Refusal, all: readonly Refusal[]): Parsed<F> {
  const errors = [...new Set(all.slice(0, MAX_ERRORS).map((each) => each.text.slice(0, 1000)))]
  return { status, reason: { code, text: text.slice(0, 1000) }, errors, facts: {} }
}

const MAX_ERRORS = 200

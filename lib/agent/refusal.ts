import { sanitiseLine } from '@/lib/sanitise'

/**
 * The catalogue of errors people see (SEC-28): fixed words with typed slots. Upstream text never gets in: what a slot holds is
 * a name we were asked for or a number we computed, sanitised to one line.
 */
interface Entry {
  status: number
  what: string
  stillWorks?: string
  todo?: string
}

const name = (value: string) => `"${sanitiseLine(value, 120)}"`
const entry = (spec: Entry) => () => spec

const CATALOGUE = {
  'not-found': entry({ status: 404, what: 'There is nothing at this address.' }),
  'no-such-node': ({ node }: { node: string }): Entry => ({
    status: 404,
    what: `No node is called ${name(node)}.`,
    todo: 'It may have left the cluster: look at the fleet page.',
  }),
  'no-such-check': ({ check }: { check: string }): Entry => ({
    status: 404,
    what: `No check is called ${name(check)}.`,
  }),
  'no-such-cause': entry({
    status: 404,
    what: 'This cause is not present any more.',
    todo: 'It was fixed, or its signature changed: look at the list of causes.',
  }),
  'no-such-run': ({ run }: { run: string }): Entry => ({ status: 404, what: `No run is called ${name(run)}.` }),
  'no-such-snapshot': entry({ status: 404, what: 'This link does not exist or has expired.' }),
  'no-such-preview': entry({
    status: 404,
    what: 'This preview is gone: it lives for ten minutes and works once.',
    todo: 'Make the preview again.',
  }),
  'method-not-allowed': entry({ status: 405, what: 'This address does not take that method.' }),
  'bad-request': ({ fields }: { fields: string }): Entry => ({
    status: 400,
    what: `The request is not what this address takes: ${sanitiseLine(fields, 300)}.`,
  }),
  'too-large': ({ maxBytes }: { maxBytes: number }): Entry => ({
    status: 413,
    what: `The request is larger than ${maxBytes} bytes.`,
  }),
  'not-json': entry({ status: 415, what: 'Requests that change something need Content-Type: application/json.' }),
  'signed-out': entry({
    status: 401,
    what: 'You are not signed in.',
    todo: 'Sign in with a token or the launch link.',
  }),
  'login-refused': entry({
    status: 401,
    what: 'This token is not valid: unknown, expired or already used.',
    todo: 'A launch link works once; ask for a new one where Cairn was started.',
  }),
  forbidden: ({ role }: { role: string }): Entry => ({ status: 403, what: `This needs the role ${role}.` }),
  'cross-site': entry({
    status: 403,
    what: 'The request did not come from a page of this Cairn.',
    todo: 'Reload the page and try again.',
  }),
  'wrong-host': entry({
    status: 421,
    what: 'This Cairn does not answer under that host name.',
    todo: 'Use the address Cairn printed at start, or set listen.publicOrigin in cairn.yaml.',
  }),
  'too-many': ({ retryAfterSec }: { retryAfterSec: number }): Entry => ({
    status: 429,
    what: `Too many requests: try again in ${retryAfterSec} s.`,
    stillWorks: 'Everything you are looking at stays up to date.',
  }),
  busy: entry({ status: 409, what: 'This is being read already.', stillWorks: 'The result appears on the page.' }),
  'runs-disabled': entry({
    status: 409,
    what: 'Benchmark runs are switched off here.',
    stillWorks: 'All checks that need no run.',
    todo: 'The doctor page says why and what to configure.',
  }),
  'plan-expired': entry({ status: 409, what: 'This plan has expired or was used.', todo: 'Plan the run again.' }),
  'plan-changed': entry({
    status: 409,
    what: 'The cluster changed since this plan was shown, so it is not what would be applied now.',
    todo: 'Plan the run again and look at it.',
  }),
  'guard-failed': ({ reason }: { reason: string }): Entry => ({
    status: 409,
    what: `A guard forbids this run now: ${sanitiseLine(reason, 300)}.`,
    todo: 'Plan the run again when this has changed.',
  }),
  'run-exists': ({ run, nodes }: { run: string; nodes: string }): Entry => ({
    status: 409,
    what: `Run ${name(run)} is under way on ${sanitiseLine(nodes, 200)}.`,
    stillWorks: 'Watching it.',
    todo: `Open /runs/${encodeURIComponent(run)}, and plan again when it has ended.`,
  }),
  'not-yours': entry({ status: 403, what: 'This was started by somebody else.', todo: 'Ask them or an admin.' }),
  'store-read-only': entry({
    status: 503,
    what: 'Cairn cannot write to its store, so nothing that must be remembered can start.',
    stillWorks: 'All pages, with live evidence.',
    todo: 'Free space on the disk that holds the store: the doctor page shows which.',
  }),
  'audit-failed': entry({
    status: 503,
    what: 'The audit log cannot be written, so the action was not started.',
    stillWorks: 'All pages.',
    todo: 'Free space on the disk that holds the audit log.',
  }),
  unavailable: entry({
    status: 503,
    what: 'Something Cairn depends on does not answer.',
    stillWorks: 'The last known state stays on the page.',
    todo: 'The doctor page names what is down.',
  }),
  stopping: entry({ status: 503, what: 'Cairn is stopping.', todo: 'Try again in a few seconds.' }),
  internal: entry({
    status: 500,
    what: 'Cairn made a mistake.',
    todo: 'Quote the request id: the reason is in the agent log under it.',
  }),
} as const

export type RefusalCode = keyof typeof CATALOGUE
type SlotsOf<C extends RefusalCode> = (typeof CATALOGUE)[C] extends () => Entry ? [] : Parameters<(typeof CATALOGUE)[C]>

/** A "no" from the catalogue: the only error whose words reach a person. Everything else thrown is answered as `internal`. */
export class Refusal extends Error {
  override name = 'Refusal'
  constructor(
    readonly code: RefusalCode,
    readonly entry: Readonly<Entry>,
    readonly retryAfterSec: number | null,
  ) {
    super(`${code}: ${entry.what}`)
  }
}

/** Makes a refusal: `throw refuse('no-such-node', { node })`. */
export function refuse<C extends RefusalCode>(code: C, ...slots: SlotsOf<C>): Refusal {
  const make = CATALOGUE[code] as (slots: unknown) => Entry
  const [values] = slots
  const retry =
    typeof values === 'object' && values !== null && 'retryAfterSec' in values ? Number(values.retryAfterSec) : null
  return new Refusal(code, make(values), retry)
}

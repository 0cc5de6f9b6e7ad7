import type { CheckLevel } from '@/lib/levels'

/**
 * How bad a line is (nccl.md §3): `fatal` the run is aborted or worthless, `secondary` a consequence that never comes first,
 * `ignore` harmless noise that people paste.
 */
export type Severity = 'fatal' | 'error' | 'warn' | 'secondary' | 'info' | 'ignore'

/** One entry of the failure catalogue. */
export interface Signature {
  id: string
  severity: Severity
  /** True where it is an error only for runs that want RDMA, on more than one node (`error*` in the catalogue). */
  onlyIfRdmaWanted?: boolean
  /** Level at which one looks first. */
  level: CheckLevel
  /** Literal texts, one of which stands in every matching line: asked first, because 98 patterns a line would be slow. */
  gates: readonly string[]
  pattern: RegExp
  /** Forms of the line that are worse or milder than the rest: the first whose text stands in the line decides. */
  variants?: readonly { text: string | RegExp; severity: Severity }[]
  /** What the line means. */
  means: string
  /** What to do or look at next; '' where nothing is to be done. */
  next: string
}

/** How bad this line is: the signature's severity, unless it is one of its milder or worse forms. */
export function severityOf(signature: Signature, line: string): Severity {
  const holds = (text: string | RegExp) => (typeof text === 'string' ? line.includes(text) : text.test(line))
  return signature.variants?.find(({ text }) => holds(text))?.severity ?? signature.severity
}

const RANKS: readonly Severity[] = ['ignore', 'info', 'secondary', 'warn', 'error', 'fatal']

/** The worse of two. */
export function worse(a: Severity, b: Severity): Severity {
  return RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b
}

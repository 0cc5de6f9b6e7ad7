import type { ReadStatus } from './read'

/** Reason codes of EXPLAIN §1. */
export type ReasonCode =
  | 'needs-root'
  | 'kernel-lockdown'
  | 'forbidden'
  | 'device-missing'
  | 'device-unreadable'
  | 'tool-busy'
  | 'module-missing'
  | 'driver-not-loaded'
  | 'driver-mismatch'
  | 'no-answer'
  | 'interface-missing'
  | 'not-recognised'
  | 'bad-layout'
  | 'cut'
  | 'other'

export interface Reason {
  code: ReasonCode
  text: string
}

/** Any text somebody pasted, cleaned once (`lib/explain/capture.ts`): no CR, ANSI, control or bidi characters; common indent and log prefixes kept apart. */
export interface Capture {
  /** The whole cleaned text. */
  text: string
  /** Its lines, without line ends; a common indent is removed. */
  lines: readonly string[]
}

/** What a parser made of a text. Generic over the facts of EXPLAIN §3. */
export interface Parsed<F> {
  status: ReadStatus
  /** Why not ok, or what an ok answer lacks. */
  reason?: Reason
  /** The tool's error lines without their marker, each once. */
  errors: string[]
  /** Empty object when nothing can be said. */
  facts: F | Record<string, never>
}

/**
 * One kind of EXPLAIN §3: how to recognise it and how to read it. Lives in its tool's room as `format.ts`, beside `parse.ts`
 * and (where Cairn reads it live) `collector.ts`. Pure: no I/O, clock or randomness.
 */
export interface Format<Kind extends string = string, F = unknown> {
  kind: Kind
  /** Shown to people: "mstconfig / mlxconfig query". */
  title: string
  /**
   * How surely this text is of this kind, 0 to 100, from structure alone: 0 cannot be; 30 weak words; 60 a layout only this tool prints in part;
   * 90 the tool's own header or grammar. Must be cheap: at most one pass over the first few thousand lines.
   */
  recognise(capture: Capture): number
  /** Never throws for bad text: unknown layout is `status: 'unreadable'` with reason `bad-layout`. */
  parse(capture: Capture, hint?: { as?: string }): Parsed<F>
  /**
   * Facts of checks that this capture alone provides, by fact id, so that the same check files judge a capture and a live node.
   * Only facts that were really read. Absent: none.
   */
  provides?(facts: F): Readonly<Record<string, unknown>>
  /**
   * Facts of an answer that is not ok where the refusal itself is the evidence (nvidia-smi cannot reach its driver): what was read is
   * that the driver does not answer, never a value.
   */
  evidence?(parsed: Parsed<F>): Readonly<Record<string, unknown>>
}

/** Declares a format: an identity function that infers the fact type. */
export function format<const Kind extends string, F>(spec: Format<Kind, F>): Format<Kind, F> {
  return spec
}

/** A parsed answer that holds facts. */
export function ok<F>(facts: F, extra: Partial<Pick<Parsed<F>, 'reason' | 'errors'>> = {}): Parsed<F> {
  return { status: 'ok', errors: [], facts, ...extra }
}

/** An answer without facts: the tool could not look, or the layout is unknown. */
export function notOk<F>(
  status: Exclude<ReadStatus, 'ok'>,
  code: ReasonCode,
  text: string,
  errors: string[] = [],
): Parsed<F> {
  return { status, reason: { code, text }, errors, facts: {} }
}

import type { Capture, Format } from '@/lib/format'
import { POD_LOG_PREFIXES } from '@/lib/log-prefixes'
import { toCapture } from './capture'
import { withoutHostPrefix } from './host-prefix'
import { unwrapped, withoutLogPrefix } from './log-prefix'
import { withoutTerminal } from './terminal'

/** A format whose fact type was forgotten. */
export type AnyFormat = Pick<Format, 'kind' | 'title' | 'recognise'> & {
  parse(capture: Capture, hint?: { as?: string }): ReturnType<Format['parse']>
  provides?(facts: never): Readonly<Record<string, unknown>>
  evidence?(parsed: never): Readonly<Record<string, unknown>>
}

/** A kind a text may be of. */
export interface Candidate {
  format: AnyFormat
  /** The text as this format reads it best: as it is, or without a log collector's prefixes. */
  capture: Capture
  /** 0 to 100. */
  sure: number
}

/** Below this a text is not recognised: words that any text may hold are no layout. */
const ENOUGH = 30

/** The ways to look at a text: out of a log store's JSON, as it is, without prefixes on every line, without the terminal around it. */
export function viewsOf(raw: string): readonly Capture[] {
  const capture = toCapture(raw)
  const stored = unwrapped(capture.lines)
  const whole = stored === null ? [capture] : [toCapture(stored.join('\n')), capture]
  const logged = stored ?? capture.lines
  const found = [
    withoutLogPrefix(logged, POD_LOG_PREFIXES),
    withoutTerminal(capture.lines),
    withoutHostPrefix(withoutLogPrefix(logged)),
  ]
  const bare = new Set(found.filter((lines) => lines !== capture.lines && lines !== stored))
  return [...whole, ...[...bare].map((lines) => toCapture(lines.join('\n')))]
}

/**
 * All kinds a text may be of, surest first, by structure alone. Equal scores keep the order of the formats, which is alphabetical, so that
 * the answer never depends on chance; formats avoid ties by scoring what only their tool prints.
 */
export function candidates(formats: readonly AnyFormat[], views: readonly Capture[]): Candidate[] {
  const found = formats.flatMap((format) => {
    const best = bestView(format, views)
    return best.sure > 0 ? [best] : []
  })
  return found.sort((a, b) => b.sure - a.sure || a.format.kind.localeCompare(b.format.kind))
}

/** The surest candidate, when it is sure enough. */
export function recognised(found: readonly Candidate[]): Candidate | null {
  const first = found[0]
  return first && first.sure >= ENOUGH ? first : null
}

/** The view a format is surest of; the text as it is, when it makes no difference. */
export function bestView(format: AnyFormat, views: readonly Capture[]): Candidate {
  let best: Candidate | null = null
  for (const capture of views) {
    const sure = format.recognise(capture)
    if (!best || sure > best.sure) best = { format, capture, sure }
  }
  return best ?? { format, capture: { text: '', lines: [] }, sure: 0 }
}

import type { Capture, Format } from '@/lib/format'
import { POD_LOG_PREFIXES } from '@/lib/log-prefixes'
import { toCapture } from './capture'
import { withoutClock, withoutHostPrefix, withoutOwner } from './host-prefix'
import { unwrapped, withoutLogPrefix } from './log-prefix'
import { withoutProse, withoutTerminal } from './terminal'

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

/**
 * The ways to look at a text, the plainest first, which wins where a format is equally sure of several: out of a log store's JSON, without
 * the terminal around it, without a name on every line, as it is; then without what a log collector put there (which may say when), and
 * JSON without the prose around it.
 */
export function viewsOf(raw: string): readonly Capture[] {
  const capture = toCapture(raw)
  const stored = unwrapped(capture.lines)
  const logged = stored ?? capture.lines
  const quiet = withoutTerminal(logged)
  const timeless = withoutClock(withoutLogPrefix(quiet))
  const bare = [
    withoutOwner(quiet) ?? quiet,
    quiet,
    logged,
    capture.lines,
    withoutLogPrefix(quiet, POD_LOG_PREFIXES),
    // A tool's own name or heading looks like an owner where it stands alone: `modinfo: ERROR: …`.
    timeless,
    withoutHostPrefix(timeless),
    withoutProse(quiet),
    withoutComment(logged),
  ]
  return [...new Set(bare)].map((lines) => (lines === capture.lines ? capture : toCapture(lines.join('\n'))))
}

/** What a script or a document shows as comments: lines that all begin with `#`, without it. The same lines where one does not. */
function withoutComment(lines: readonly string[]): readonly string[] {
  const bare = (line: string) => line.trim() === ''
  if (lines.every(bare) || !lines.every((line) => bare(line) || /^\s*#(?: |$)/.test(line))) return lines
  return lines.map((line) => line.replace(/^\s*# ?/, ''))
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

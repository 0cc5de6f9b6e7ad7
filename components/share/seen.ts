import { levelName, shownWord, WORD } from '@/components/state/shown'
import { LEVELS, type LevelId } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'
import type { ShownState } from '@/lib/verdict'

/**
 * What a live link remembers of the page it was copied from: state, first broken level, time, and a mark of the cause
 * (`fail.vfs.mh2k1c.1x9k2`). Every part is one of a closed set or a number, so that a link cannot put words on the page.
 */
export interface Seen {
  state: ShownState
  level: LevelId | null
  /** Number of nodes, for a cause. */
  count: number | null
  at: string | null
  /** Mark of the headline's cause or check: tells that it is another one now, not which it was. */
  reason: string | null
}

/** Name of the parameter of a live link. */
export const SEEN = 'seen'

function encode(state: string, detail: string, now: number): string {
  return `${state}.${detail}.${Math.floor(now / 1000).toString(36)}`
}

/** For a node's link. */
export function seenNode(report: NodeReport, now: number): string {
  const reason = reasonOf(report)
  return encode(report.state, report.firstBroken ?? '', now) + (reason === null ? '' : `.${reason}`)
}

/** A short mark of what the page is about; null where nothing failed. FNV-1a, 32 bits: equal for equal texts is all it has to be. */
function reasonOf(report: NodeReport): string | null {
  const failed = report.checks.filter((check) => check.state === 'fail' && check.level === report.firstBroken)
  const cause = report.causes.find((entry) => failed.some((check) => entry.explains.includes(check.id)))
  const text = cause?.signature ?? failed[0]?.id
  if (text === undefined) return null
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(36)
}

/** For a run's link: the state its mark shows. */
export function seenRun(state: ShownState, now: number): string {
  return encode(state, '', now)
}

/** For a cause's link. */
export function seenCause(nodes: number, now: number): string {
  return encode('fail', String(nodes), now)
}

/** Reads the parameter; null when it is none of ours. */
export function readSeen(text: string | null): Seen | null {
  const match = /^([a-z-]{2,20})\.([a-z0-9]{0,12})\.([0-9a-z]{1,8})(?:\.([0-9a-z]{1,7}))?$/.exec(text ?? '')
  const state = shownWord(match?.[1] ?? null)
  if (!match || !state) return null
  const detail = match[2] ?? ''
  const seconds = Number.parseInt(match[3] ?? '', 36)
  const at = new Date(seconds * 1000)
  return {
    state,
    level: LEVELS.find((level) => level.id === detail)?.id ?? null,
    count: /^\d{1,6}$/.test(detail) ? Number(detail) : null,
    at: Number.isNaN(at.getTime()) ? null : at.toISOString(),
    reason: match[4] ?? null,
  }
}

/** "Failed at Virtual functions", "OK". */
export function seenWords(seen: { state: ShownState; level: LevelId | null }): string {
  return seen.state === 'fail' && seen.level ? `Failed at ${levelName(seen.level).title}` : WORD[seen.state]
}

/** Then and now of a node, when they differ. */
export function nodeChange(seen: Seen | null, report: NodeReport): { before: string; now: string } | null {
  if (!seen) return null
  const before = seenWords(seen)
  const now = seenWords({ state: report.state, level: report.firstBroken })
  if (before !== now) return { before, now }
  return seen.reason !== null && seen.reason !== reasonOf(report)
    ? { before, now: 'the same, for another reason' }
    : null
}

/** Then and now of a run, when they differ. */
export function runChange(seen: Seen | null, state: ShownState, words: string): { before: string; now: string } | null {
  if (!seen || seen.state === state || (seen.state !== 'running' && state !== 'running')) return null
  return { before: WORD[seen.state], now: words }
}

/** Then and now of a cause, when they differ. */
export function causeChange(seen: Seen | null, nodes: number): { before: string; now: string } | null {
  if (!seen || seen.count === null || seen.count === nodes) return null
  const words = (count: number) => (count === 1 ? '1 node' : `${count} nodes`)
  return { before: words(seen.count), now: words(nodes) }
}

/** The address of this page with what it shows now. */
export function liveLink(href: string, seen: string): string {
  const url = new URL(href)
  url.searchParams.set(SEEN, seen)
  return url.href
}

import type { FixStep } from '@/lib/check'
import { type SnapshotContent, snapshotContent } from '@/lib/contract/snapshots'
import { redactData } from '@/lib/redact-data'
import { type Own, withoutOwn } from './never'

/** A frozen page and the words for what it leaves out. */
export interface Frozen {
  content: SnapshotContent
  removed: string[]
}

/** A copy with nothing in it yet. */
export function empty(kind: SnapshotContent['kind'], title: string, takenAt: string): SnapshotContent {
  return {
    title,
    kind,
    takenAt,
    state: 'unknown',
    headline: '',
    values: [],
    levels: [],
    causes: [],
    checks: [],
    excerpt: null,
    tables: [],
    expected: null,
    facts: [],
    readAt: null,
    masked: false,
  }
}

/** A step of a fix, as copies hold it. */
export function frozenStep(step: FixStep) {
  return { text: step.text, risk: step.risk, ...(step.command === undefined ? {} : { command: step.command }) }
}

const MARKER = /\[redacted:([a-z-]+)\]/g

/**
 * The contract's schema is the allow-list; redaction runs again over what it lets through (SEC-26, SEC-27). The first time is before
 * anything is cut: half a credential looks like none.
 */
export function allowListed(content: SnapshotContent, removed: readonly string[], own: Own): Frozen {
  const took = new Set<string>()
  const scrub = withoutOwn(own)
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return scrub(value, (what) => took.add(what))
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]))
  }
  const parsed = snapshotContent.parse(clean(redactData(content)))
  // What was taken out when it was read counts too: its marker stands in the text.
  for (const [, rule] of JSON.stringify(parsed).matchAll(MARKER)) took.add(`Credentials (${rule})`)
  return { content: parsed, removed: [...removed, ...took] }
}

import { toCapture } from '@/lib/explain/capture'
import type { Capture, Parsed } from '@/lib/format'

/** Names that tell array elements apart; others are told apart by their place. */
const IDENTITY = ['name', 'device', 'port', 'index', 'sizeBytes', 'priority', 'tc'] as const
/** Say how far a capture goes, or count what was seen of it, so they change with it. */
const ABOUT_READING = new Set(['complete', 'jsonValid', 'pings'])

/**
 * Cuts a text at every place (P-05) and returns the values that the whole text does not have. Tests only.
 * @param step every n-th place of a long text
 */
export function strangeValues(parse: (capture: Capture) => Parsed<unknown>, text: string, step = 1): string[] {
  const whole = values(parse(toCapture(text)))
  for (let at = 0; at < text.length; at += step) {
    const strange = [...values(parse(toCapture(text.slice(0, at))))].filter((value) => !whole.has(value))
    if (strange.length > 0) return strange.map((value) => `cut at ${at}: ${value}`)
  }
  return []
}

function values(parsed: Parsed<unknown>): Set<string> {
  const found = new Set<string>()
  if (parsed.status === 'ok') collect(parsed.facts, '', found)
  return found
}

function collect(value: unknown, path: string, found: Set<string>): void {
  if (value === null || value === undefined || (path === '.outcome' && value === 'incomplete')) return
  if (typeof value !== 'object') {
    found.add(`${path}=${String(value)}`)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${identity(inner) ?? key}]` : `.${key}`
    if (!ABOUT_READING.has(key)) collect(inner, `${path}${step}`, found)
  }
}

function identity(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const row: Readonly<Record<string, unknown>> = { ...value }
  const parts = IDENTITY.flatMap((key) => (row[key] === undefined ? [] : [String(row[key])]))
  return parts.length > 0 ? parts.join('/') : null
}

import { isFields } from '@/collectors/cluster/fields'
import { LOG_PREFIXES } from '@/lib/log-prefixes'

/** Share of the lines with text that must carry a prefix before it is taken for one. */
const SHARE = 0.8
/** Lines with text that are looked at. */
const LOOK = 2000

/**
 * Removes the prefixes that `kubectl logs --prefix --timestamps`, journald, docker compose, quoting or `cat -n` put before
 * every line, so that a tool's own layout is seen again. Lines without a prefix stay as they are.
 */
export function withoutLogPrefix(lines: readonly string[], prefixes = LOG_PREFIXES): readonly string[] {
  let current = lines
  for (let round = 0; round < 3; round += 1) {
    const looked = withText(current)
    const prefix = prefixes.find((pattern) => mostHave(looked, pattern))
    if (prefix === undefined) return current
    current = current.map((line) => line.replace(prefix, ''))
  }
  return current
}

/** The first lines that hold more than white space. */
function withText(lines: readonly string[]): string[] {
  const found: string[] = []
  for (const line of lines) {
    if (found.length >= LOOK) break
    if (line.trim() !== '') found.push(line)
  }
  return found
}

function mostHave(looked: readonly string[], pattern: RegExp): boolean {
  let missing = 0
  for (const line of looked) {
    if (pattern.test(line)) continue
    missing += 1
    // Too many already: whatever the others are, the share cannot be reached.
    if (looked.length - missing < looked.length * SHARE) return false
  }
  return looked.length > 0
}

/**
 * Log lines out of the JSON that a log store wraps each in: docker (`log`), Loki (`line`), fluent-bit (`log`), stern (`message` beside
 * `podName`), Loki's whole answer (`data.result[].values`), and lists of strings, one a line, as Ansible shows `stdout_lines`. Null where
 * the text is none of them.
 */
export function unwrapped(lines: readonly string[]): readonly string[] | null {
  const some = lines.filter((line) => line.trim() !== '')
  const listed = stringList(some)
  if (listed !== null) return listed
  if (some[0]?.startsWith('{') !== true) return null
  const answer = lokiAnswer(lines)
  if (answer !== null) return answer
  if (some.slice(0, LOOK).filter((line) => inner(line) !== null).length < Math.min(some.length, LOOK) * SHARE)
    return null
  // A record that is whole holds a whole line, the last one too.
  const ended = inner(some.at(-1) ?? '') === null ? [] : ['']
  return [...some.flatMap((line) => inner(line) ?? []), ...ended]
}

const QUOTED = /^\s*("(?:[^"\\]|\\.)*"),?\s*$/
/** Brackets around such a list, and the host and the name of the result before it. */
const AROUND =
  /^\s*[[\]{}]+,?\s*$|^\s*"\w[\w.]{0,60}": \[\s*$|^(?:ok|changed|failed|fatal): \[.{1,120}\].{0,20}=> \{\s*$/

function stringList(some: readonly string[]): readonly string[] | null {
  if (!some.slice(0, 8).some((line) => QUOTED.test(line))) return null
  const inside = some.slice(0, LOOK).filter((line) => !AROUND.test(line))
  if (!mostHave(inside, QUOTED)) return null
  const read = some.flatMap((line) => {
    const text = QUOTED.exec(line)?.[1]
    const value = text === undefined ? null : json(text)
    return typeof value === 'string' ? [value] : []
  })
  // The quote behind the last line shows that it ended.
  return [...read, '']
}

function inner(line: string): string | null {
  if (!line.startsWith('{')) return null
  const value = json(line)
  if (!isFields(value)) return null
  const text = value.log ?? value.line ?? (value.podName === undefined ? undefined : value.message)
  return typeof text === 'string' ? text.replace(/\n$/, '') : null
}

/** Loki answers newest first, unless asked otherwise: lines are put in order of their nanoseconds. */
function lokiAnswer(lines: readonly string[]): readonly string[] | null {
  if (!lines.slice(0, 20).some((line) => /"resultType"|"status"\s*:\s*"success"/.test(line))) return null
  const value = json(lines.join('\n'))
  const result = isFields(value) && isFields(value.data) ? value.data.result : null
  if (!Array.isArray(result)) return null
  const rows = result.filter(isFields).flatMap((stream) => (Array.isArray(stream.values) ? stream.values : []))
  const read = rows.flatMap((row: unknown) =>
    Array.isArray(row) && typeof row[0] === 'string' && typeof row[1] === 'string'
      ? [{ at: row[0], line: row[1] }]
      : [],
  )
  const sorted = read.toSorted((a, b) => a.at.length - b.at.length || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return sorted.length === 0 ? null : sorted.map(({ line }) => line.replace(/\n$/, ''))
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import { redact } from './redact'

/** Keys that hold a credential whatever its shape: in records, key and value are apart and no rule of `redact` sees both. */
const CREDENTIAL_KEY =
  /(?:^|[a-z0-9]|[_.-])(?:password|passwd|passphrase|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|client-key-data|(?:^|[_-]|[a-z])token|(?:^|[_-])secret)$/i
/** Nesting no real object has (as in `sanitiseData`). */
const MAX_DEPTH = 40

/**
 * A copy of plain data with the credentials of every string taken out (SEC-27), keys too; the same object when nothing had to change.
 * @param fired told the name of each rule that fired
 */
export function redactData<T>(data: T, fired?: (rule: string) => void): T {
  return cleaned(data, null, 0, fired) as T
}

function cleaned(data: unknown, key: string | null, depth: number, fired?: (rule: string) => void): unknown {
  if (typeof data === 'string') return text(data, key, fired)
  if (typeof data !== 'object' || data === null || depth > MAX_DEPTH) return data
  let changed = false
  const isList = Array.isArray(data)
  const entries = Object.entries(data).map(([name, value]) => {
    const pair = [
      isList ? name : text(name, null, fired),
      cleaned(value, isList ? key : name, depth + 1, fired),
    ] as const
    changed ||= pair[0] !== name || pair[1] !== value
    return pair
  })
  if (!changed) return data
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

function text(value: string, key: string | null, fired?: (rule: string) => void): string {
  const alone = redact(value)
  for (const rule of alone.rules) fired?.(rule)
  if (key === null || value === '' || !CREDENTIAL_KEY.test(key)) return alone.text
  const together = redact(`"${key}": "${value.replace(/["\\\n]/g, ' ')}"`)
  if (together.rules.length === 0) return alone.text
  for (const rule of together.rules) fired?.(rule)
  return `[redacted:${together.rules.at(-1)}]`
}

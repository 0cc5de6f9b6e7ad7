/**
 * Safe access to the untyped fields of Kubernetes objects. Whatever has another type than asked for counts as absent:
 * a capture may be cut, hand-written or hostile.
 */

export type Fields = Readonly<Record<string, unknown>>

const NONE: Fields = {}

/** The value as a map; an empty one where it is none. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : NONE
}

/** True for a map (not a list, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field below the value, by path. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const key of path) {
    if (!isFields(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

/** Text; a number that YAML made of an unquoted word is turned back. Null where there is none. */
export function text(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

/** Text that is not empty, else null. */
export function word(value: unknown): string | null {
  const found = text(value)
  return found === null || found.trim() === '' ? null : found.trim()
}

/** A whole number ≥ 0, printed or typed; else null. */
export function count(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

/** True or false where the field says so, else null. */
export function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null
}

/** The items of a list that are maps. */
export function items(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

/** The words of a list, in order. */
export function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((each) => word(each) ?? []) : []
}

/** A map of text to text (labels, selectors, annotations). */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields(value)).flatMap(([key, each]) => {
      const found = typeof each === 'boolean' ? String(each) : text(each)
      return found === null ? [] : [[key, found]]
    }),
  )
}

/** An RFC 3339 time as text; null for anything else. */
export function time(value: unknown): string | null {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(value) ? value : null
}

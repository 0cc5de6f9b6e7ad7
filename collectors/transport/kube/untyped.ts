/** Safe access to parsed JSON and YAML of unknown shape. */

export type Json = Record<string, unknown>

/** The value as an object; null for anything else, arrays included. */
export function asObject(value: unknown): Json | null {
  return isObject(value) ? value : null
}

/** The value below a path of keys; undefined where the path ends early. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  let at: unknown = value
  for (const key of path) {
    if (!isObject(at)) return undefined
    at = at[key]
  }
  return at
}

/** A non-empty string, else null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** An array, else an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The strings of an array. */
export function asTexts(value: unknown): string[] {
  return asList(value).filter((item) => typeof item === 'string')
}

/** Parsed JSON; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

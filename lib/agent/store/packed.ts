import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { z } from 'zod'

const MAX_UNPACKED = 64 * 1024 * 1024

/** JSON, deflated: reports and evidence shrink about eightfold, and no text column ever meets a NUL. */
export function pack(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value), { level: 1 })
}

/** The value packed, as the schema allows it; null when a row does not fit (written by another version). */
export function unpack<S extends z.ZodType>(body: Uint8Array, schema: S): z.output<S> | null {
  try {
    const text = inflateRawSync(body, { maxOutputLength: MAX_UNPACKED }).toString('utf8')
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

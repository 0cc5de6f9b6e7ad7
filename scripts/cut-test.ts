import { expect } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import type { Format } from '@/lib/format'

/** Facts of a text that must be readable; for tests. */
export function readFacts<F>(format: Format<string, F>, text: string): F {
  const parsed = format.parse(toCapture(text))
  expect(parsed.status, parsed.reason?.text).toBe('ok')
  return parsed.facts as F
}

/** Asserts that the text, cut at any place, yields the same values or fewer, never others; for tests. `step` thins large texts out; `moving` names
 * leaves that follow time (counts and last states of a log). */
export function cutsStayTrue(
  format: Format<string, unknown>,
  text: string,
  { step = Math.ceil(text.length / 1500), moving = /^$/ }: { step?: number; moving?: RegExp } = {},
): void {
  const whole = new Set(leaves(format.parse(toCapture(text)).facts))
  for (let at = 1; at < text.length; at += step) {
    for (const leaf of leaves(format.parse(toCapture(text.slice(0, at))).facts))
      if (!whole.has(leaf) && !/^\.complete=false$/.test(leaf) && !moving.test(leaf))
        expect.fail(`cut at ${at}: ${leaf}`)
  }
}

/** Every known value with its path; what is null or empty says nothing. */
function leaves(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return [`${path}=${String(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
}

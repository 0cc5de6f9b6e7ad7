import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CUT_MARK, MAX_LINE, sanitise, sanitiseData, sanitiseLine } from './sanitise'

/** P-16 as a pattern: what may never be in a harmless text. */
const HARMFUL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u
const CORPUS: readonly (readonly [string, string, string])[] = [
  ['colour', '\u001b[1;31mred\u001b[0m', 'red'],
  ['8-bit CSI', '\u009b31mred', 'red'],
  ['cursor up, erase line', 'a\u001b[2A\u001b[2Kb', 'ab'],
  ['OSC 8 link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['OSC 52 clipboard', 'a\u001b]52;c;cm0gLXJmIC8=\u0007b', 'ab'],
  ['OSC without an end stops at the line', 'a\u001b]0;title\nb', 'a\nb'],
  ['DCS', 'a\u001bP1$r0m\u001b\\b', 'ab'],
  ['APC and PM', 'a\u001b_x\u001b\\\u001b^y\u001b\\b', 'ab'],
  ['charset switch', '\u001b(0lqk\u001b(B', 'lqk'],
  ['nested escape', '\u001b\u001b[31m[31mx', '[31mx'],
  ['bidi override', 'user\u202etxt.exe\u2066\u2069', 'usertxt.exe'],
  ['zero width', 'ad\u200bmin\ufeff\u2060', 'admin'],
  ['tags', 'a\u{e0041}\u{e0042}b', 'ab'],
  ['NUL, DEL and backspace', 'a\u0000b\u007fc\u0008d', 'abcd'],
  ['line ends', 'a\r\nb\rc\u2028d', 'a\nb\ncd'],
  ['lone surrogates', 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
  ['what is meant stays', 'Ünïcödé 🙂 日本\tx\n', 'Ünïcödé 🙂 日本\tx\n'],
]
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom('\u001b', '[', ']', '\u009b', '\ud83d', '\ude00', '\r', '\n', '\u0007', 'm', '\u202e'),
        fc.string(),
      ),
    )
    .map((parts) => parts.join('')),
)

describe('making text harmless', () => {
  it.each(CORPUS)('%s', (_, hostileText, harmless) => {
    expect(sanitise(hostileText)).toBe(harmless)
  })

  it('P-16: whatever comes in, nothing harmful comes out, and a second time changes nothing', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, maxLine) => {
        for (const once of [sanitise(text), sanitise(text, maxLine), sanitiseLine(text, maxLine + 1)])
          expect(once).not.toMatch(HARMFUL)
        expect(sanitise(sanitise(text, maxLine), maxLine)).toBe(sanitise(text, maxLine))
        expect(sanitiseLine(text, maxLine + 1)).not.toMatch(/[\n\t]/)
        expect(sanitiseLine(text, maxLine + 1).length).toBeLessThanOrEqual(maxLine + 1)
      }),
      { numRuns: 2_000 },
    )
  })

  it('cuts long lines, never through a character', () => {
    const line = `${'x'.repeat(MAX_LINE - 1)}🙂tail`
    expect(sanitise(line)).toBe(`${'x'.repeat(MAX_LINE - 1)}${CUT_MARK}`)
  })

  it('a line of 50 MB takes bounded time, hostile or not (F-20)', () => {
    for (const unit of ['x', '\u001b]', '\u001b[', '\ud800', '\u009d;']) {
      const text = unit.repeat(Math.floor(50_000_000 / unit.length))
      const began = performance.now()
      const clean = sanitise(text)
      expect(performance.now() - began).toBeLessThan(10_000)
      expect(clean.length).toBeLessThanOrEqual(MAX_LINE + CUT_MARK.length)
    }
  }, 120_000)

  it('cleans data at every depth, keys too, and leaves clean data as it is', () => {
    const clean = { a: ['b', { c: 1 }], n: null }
    expect(sanitiseData(clean)).toBe(clean)
    expect(sanitiseData({ 'k\u202e': ['\u001b[31mx', { deep: 'y\u0000' }] })).toEqual({ k: ['x', { deep: 'y' }] })
    let nested: unknown = '\u001b[31m'
    for (let depth = 0; depth < 200; depth += 1) nested = { nested }
    expect(JSON.stringify(sanitiseData(nested))).not.toContain('\\u001b')
  })
})

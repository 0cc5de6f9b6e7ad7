import { expect, it } from 'vitest'
import { markLines } from './mark-lines'

const shown = (text: string, marks: string[]) =>
  markLines(text, marks).map((line) => line.parts.map((part) => (part.mark ? `[${part.text}]` : part.text)).join(''))

it('marks every occurrence, the longest first, and keeps every character', () => {
  expect(shown('a 16 b 16\nnone\n', ['16'])).toEqual(['a [16] b [16]', 'none'])
  expect(shown('Current 16', ['Cur', 'Current'])).toEqual(['[Current] 16'])
  expect(shown('one\ntwo\nthree', ['one\ntwo'])).toEqual(['[one]', '[two]', 'three'])
  expect(shown('<b>x</b>', ['', ' '])).toEqual(['<b>x</b>'])
})

it('stays fast on one long line', () => {
  const started = performance.now()
  markLines(
    'x'.repeat(1_000_000),
    Array.from({ length: 64 }, (_, index) => `y${index}`),
  )
  expect(performance.now() - started).toBeLessThan(1_000)
})

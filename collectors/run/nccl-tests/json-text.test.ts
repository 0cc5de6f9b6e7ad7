import { expect, test } from 'vitest'
import { readJson } from './json-text'

test('JSON ends with its last brace: other text on lines behind it takes nothing away, on the same line it does', () => {
  expect(readJson('{"a": 1}\nreal 0m1s\n')).toEqual({ value: { a: 1 }, valid: true })
  expect(readJson('{"a": 1} and so on\n')).toEqual({ value: { a: 1 }, valid: false })
  expect(readJson('{"a": 1}{"b": 2}')).toEqual({ value: { a: 1 }, valid: false })
  expect(readJson('{"a": 1, "b": [2\n}\n')).toMatchObject({ valid: false })
  expect(readJson('7\nmore')).toMatchObject({ valid: false })
})

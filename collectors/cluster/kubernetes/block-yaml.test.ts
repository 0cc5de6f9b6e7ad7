import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { toCapture } from '@/lib/explain/capture'
import { readBlockYaml } from './block-yaml'

/** The library's reading; undefined where it finds an error. */
function byLibrary(text: string): { value: unknown } | undefined {
  const document = parseDocument(text, { logLevel: 'silent' })
  if (document.errors.length > 0) return undefined
  try {
    return { value: document.toJS({ maxAliasCount: 50 }) }
  } catch {
    return undefined
  }
}

/** Where the fast reader answers, the library must answer the same. True where it answered. */
function answersAlike(text: string): boolean {
  const fast = readBlockYaml(text.split('\n'))
  if (fast === null) return false
  const slow = byLibrary(text)
  expect(fast, JSON.stringify(text)).toEqual(slow ?? 'an error')
  // toEqual takes 0 for -0's equal; a string of JSON does not, and it sees the order of keys.
  expect(JSON.stringify(fast.value)).toBe(JSON.stringify(slow?.value))
  return true
}

const OBJECT = `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      k8s.v1.cni.cncf.io/networks: '[{"name": "a"}]'
      cni.projectcalico.org/podIP: ""
    name: "0123"
    labels: {}
    managedFields:
    - fieldsV1:
        f:metadata:
          f:labels:
            .: {}
            k:{"type":"Ready"}: {}
  spec:
    containers:
    - args:
      - --config=a: b
      - |-
        one
          two

        three
      - -c
      command: ["sh"]
    tolerations: []
  status:
    conditions:
    - message: 'containers with unready status: [a] and a sentence that goes on and
        on until its line is folded'
      reason: "two\\nlines \\"quoted\\" that go on until the line is folded and then some \\
        more"
      count: 3
      ratio: 0.50
      exponent: 1e3
      at: 2026-11-21T14:00:00Z
      hex: 0x1F
      no: no
      nothing: null
      empty:
      folded: words that kubectl puts
        on the next line
kind: List
`

describe('YAML of kubectl', () => {
  it('is read without the library', () => {
    const text = OBJECT.replace('      command: ["sh"]\n', '').replace('a: b', 'a:b')
    expect(answersAlike(text)).toBe(true)
    expect(readBlockYaml(text.split('\n'))?.value).toMatchObject({
      items: [
        {
          metadata: { name: '0123', labels: {} },
          spec: { containers: [{ args: ['--config=a:b', 'one\n  two\n\nthree', '-c'] }] },
          status: { conditions: [{ count: 3, ratio: 0.5, nothing: null, empty: null, no: 'no', hex: 31 }] },
        },
      ],
    })
  })

  it.each([
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a flow list', 'a: [1, 2]\n'],
    ['folded text', 'a: >\n  b\n'],
    ['the same key twice', 'a: 1\na: 2\n'],
    ['a merge key', '<<: {}\n'],
    ['a key that reaches into JavaScript', '__proto__:\n  polluted: true\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['a tab as indent', 'a:\n\tb: 1\n'],
    ['a key that is a number', '1: a\n'],
    ['an indent that fits nowhere', 'a:\n    b: 1\n  c: 2\n'],
    ['an open quote', 'a: "b\n'],
    ['a map in a value', 'a: b: c\n'],
    ['an invisible character', 'a: b\u2028c\n'],
    ['nothing', '\n'],
  ])('%s is left to the library', (_, text) => expect(readBlockYaml(text.split('\n'))).toBeNull())

  it.each([
    ['plain text with an empty line', 'a: one\n\n  two\nb: 1\n'],
    ['plain text with several', 'a: one\n\n\n\n  two\n'],
    ['single quotes with empty lines', "a: 'one\n\n\n  two'\n"],
    ['double quotes with empty lines', 'a: "one \\t \n\n\n  two\\\n  \\ three"\n'],
    ['text that keeps its last line ends', 'a: |+\n  one\n\n\nb: 1\n'],
    ['a comment behind a value', '# head\na: 1 # one\nb: x#y\n'],
    ['a list below a dash', '-\n  a: 1\n- - b\n  - c\n-\n'],
  ])('%s is read as the library reads it', (_, text) => expect(answersAlike(text)).toBe(true))

  it('a line of literal text that is out too far is left to the library', () => {
    expect(readBlockYaml('a:\n  b: |\n      one\n    two\n'.split('\n'))).toBeNull()
    expect(byLibrary('a:\n  b: |\n      one\n    two\n')).toBeUndefined()
  })

  it('ends at a bound where objects nest without one', () => {
    const text = Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    expect(readBlockYaml(text.split('\n'))).toBeNull()
  })
})

/** Texts with everything that has a meaning somewhere in YAML. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      ...'ab 0:-#\'"\\|>{}[]&*!%@`,?~.\n'.split(''),
      '\t',
      'ä',
      '\u00a0',
      '\ud83d\ude00',
      ' \n',
      ': ',
      ' #',
    ),
    maxLength: 40,
  }),
  fc.constantFrom(
    'true',
    'null',
    '~',
    '1e3',
    '-0',
    '0o7',
    '.5',
    '.inf',
    '',
    ' ',
    'a: b',
    '- a',
    '__proto__',
    'x'.repeat(200),
  ),
  fc
    .array(fc.constantFrom('word', 'of:', '#no', 'two  spaces', "it's", '"so"', '\\n'), { maxLength: 40 })
    .map((words) => words.join(' ')),
)
const object = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, 2 ** 60),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'name', 'k:{"a":"b"}', '.', 'f:x'), text), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value
/** How kubectl and others print: lists at the indent of their key, long text folded. */
const style = fc.record({
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 40, 80),
  singleQuote: fc.constantFrom(null, true, false),
  blockQuote: fc.constantFrom(true, 'literal' as const),
  indent: fc.constantFrom(2, 4),
})

describe('fast reader and library never differ', () => {
  it('on objects as kubectl prints them', () => {
    let answered = 0
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('spec', 'status', 'data'), object), style, (value, options) => {
        if (answersAlike(stringify(value, { version: '1.1', ...options }))) answered += 1
        if (answersAlike(stringify(value, options))) answered += 1
      }),
      { numRuns: 3000 },
    )
    // Most must be answered, or nothing was compared.
    expect(answered).toBeGreaterThan(2000)
  })

  it('on texts with a few characters changed', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom(
        '',
        ' ',
        '  ',
        '\n',
        ':',
        ': ',
        '-',
        '- ',
        '#',
        ' #',
        "'",
        '"',
        '|',
        '>',
        '{}',
        '[',
        '&a',
        '*a',
        '!',
        '%',
        '@',
        '?',
        '? ',
        '\t',
        '\\',
        '~',
        ',',
        '---\n',
        '...\n',
        '|-',
        '|+\n',
        'a: 1\n',
        '\u00a0',
        '\r',
      ),
    )
    const base = fc.oneof(
      fc.constant(OBJECT),
      fc
        .tuple(fc.dictionary(fc.constantFrom('spec', 'status'), object), style)
        .map(([value, options]) => stringify(value, options)),
    )
    let answered = 0
    fc.assert(
      fc.property(base, fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(), (whole, edits, cut) => {
        let text = whole
        for (const [at, drop, insert] of edits) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + insert + text.slice(place + drop)
        }
        if (answersAlike(cut % 3 === 0 ? text.slice(0, cut % (text.length + 1)) : text)) answered += 1
      }),
      { numRuns: Number(process.env.YAML_RUNS ?? 4000) },
    )
    expect(answered).toBeGreaterThan(500)
  })

  const samples = '../shared/samples'
  it.skipIf(!existsSync(samples))('on every sample', () => {
    const files = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:ya?ml|txt)$/.test(name),
    )
    let answered = 0
    for (const name of files) {
      const whole = toCapture(readFileSync(join(samples, name), 'utf8')).text
      if (whole.length > 200_000) continue
      for (const part of whole.split(/^---$/m)) if (/^[\w-]+:/m.test(part) && answersAlike(part)) answered += 1
    }
    expect(answered).toBeGreaterThan(40)
  })
})

import { describe, expect, it } from 'vitest'
import { answerOf, answerTogether, type CaptureData } from './answer'

const verdict = (check: string, status: 'pass' | 'warn' | 'fail' | 'unknown', summary = check) => ({
  check,
  level: 'drivers' as const,
  status,
  subject: null,
  summary,
})
const capture = (over: Partial<CaptureData> = {}): CaptureData => ({
  schema: 1,
  file: 'a.txt',
  kind: 'ibstat',
  status: 'ok',
  errors: [],
  facts: {},
  verdicts: [],
  causes: [],
  candidates: [],
  details: [],
  text: 'one\ntwo\nthree\n',
  ...over,
})

describe('answer of a capture', () => {
  it('is its worst verdict, with the line and the fix of what is bad', () => {
    const details = [
      { check: 'fine', evidence: [], fix: [{ text: 'no', risk: 'none' as const }], lines: [1] },
      { check: 'bad', evidence: [], fix: [{ text: 'do', risk: 'none' as const }], lines: [2] },
    ]
    const verdicts = [verdict('fine', 'pass'), verdict('open', 'unknown'), verdict('bad', 'fail', 'it is bad')]
    expect(answerOf(capture({ verdicts, details }))).toEqual({
      state: 'fail',
      text: 'it is bad',
      line: { file: 'a.txt', number: 2, text: 'two' },
      fix: [{ text: 'do', risk: 'none' }],
    })
    const causes = [{ id: 'c', summary: 'because' }]
    expect(answerOf(capture({ verdicts, details, causes })).text).toBe('because')
  })

  it('is never green without evidence', () => {
    expect(answerOf(capture()).state).toBe('unknown')
    expect(answerOf(capture({ verdicts: [verdict('a', 'unknown')] })).state).toBe('unknown')
    expect(answerOf(capture({ kind: null })).state).toBe('unknown')
    expect(answerOf(capture({ status: 'denied', reason: { code: 'needs-root', text: 'root' } }))).toMatchObject({
      state: 'unknown',
      text: 'root',
    })
    const some = answerOf(capture({ verdicts: [verdict('a', 'pass'), verdict('b', 'unknown')] }))
    expect(some).toMatchObject({ state: 'pass', text: expect.stringContaining('1 cannot be judged') })
    const verdicts = [verdict('a', 'pass'), verdict('b', 'unknown'), verdict('c', 'unknown')]
    expect(answerOf(capture({ verdicts })).state).toBe('unknown')
    expect(answerOf(capture({ verdicts: verdicts.slice(0, 1), facts: { complete: false } })).state).toBe('unknown')
    expect(answerOf(capture({ verdicts: verdicts.slice(0, 1) })).state).toBe('pass')
  })
})

describe('answer of several', () => {
  const together = { reports: [], causes: [], headline: 'nothing fails', status: null, nodes: [] }

  it('is what one shows alone where together nothing is wrong', () => {
    const bad = capture({ verdicts: [verdict('bad', 'fail', 'it is bad')] })
    expect(answerTogether(together, [capture(), bad])).toMatchObject({
      state: 'fail',
      text: 'it is bad (shown by one capture alone)',
    })
  })

  it('is unknown, not fine, where nothing is proved', () => {
    expect(answerTogether(together, [capture()])).toMatchObject({ state: 'unknown', text: 'nothing fails' })
  })
})

import { describe, expect, it } from 'vitest'
import { lacking } from '@/lib/check'
import type { ReadStatus } from '@/lib/read'
import { evaluate } from './evaluate'
import type { FactState } from './fact-state'
import { aCheck, fact, says } from './testing'

const CONTEXT = { node: 'n1', profile: null }
const NOT_OK: readonly Exclude<ReadStatus, 'ok'>[] = ['absent', 'denied', 'unreachable', 'timeout', 'unreadable']
const not = (status: Exclude<ReadStatus, 'ok'>, via: 'node' | 'kube' | 'run' = 'node'): FactState => ({
  status,
  reason: `it was ${status}`,
  at: null,
  refs: [{ id: 'a.read', via, status, at: null }],
})
const run = (parts: Parameters<typeof aCheck>[1], facts: Record<string, FactState | undefined> = {}) =>
  evaluate(aCheck('c', parts), facts, CONTEXT)

describe('evaluating a check', () => {
  it.each(NOT_OK)('M-02: a need that is %s is unknown, with the reason', (status) => {
    const answer = run({ needs: ['a', 'b'] }, { a: not(status), b: fact(1) })
    expect(answer).toMatchObject({ state: 'unknown', verdict: null, why: `a: it was ${status}` })
  })

  it('a need nobody has read yet is unknown', () => {
    expect(run({ needs: ['a'] }, {})).toMatchObject({ state: 'unknown', why: 'a has not been read yet' })
  })

  it('a kind that is not installed does not apply; a tool that is not installed is unknown', () => {
    expect(run({ needs: ['a'] }, { a: not('absent', 'kube') }).state).toBe('skip')
    expect(run({ needs: ['a'] }, { a: not('absent', 'node') }).state).toBe('unknown')
    expect(run({ needs: ['a', 'b'] }, { a: not('absent', 'kube'), b: not('denied', 'kube') }).state).toBe('unknown')
    expect(run({ needs: ['a'] }, { a: { ...not('absent'), refs: [] } }).state).toBe('unknown')
  })

  it('what no run has shown is not judged', () => {
    expect(run({ needs: ['a'] }, { a: not('absent', 'run') })).toMatchObject({ state: 'skip' })
  })

  it('one of anyOf is enough, none is unknown', () => {
    const parts = { wants: ['a', 'b'], anyOf: ['a', 'b'] }
    expect(run(parts, { a: not('denied'), b: fact(1) }).state).toBe('pass')
    expect(run(parts, { a: not('denied'), b: not('timeout') }).state).toBe('unknown')
  })

  it('says unknown with the words of a check that lacks something or throws', () => {
    expect(run({ run: () => lacking('no column Current') })).toMatchObject({
      state: 'unknown',
      why: 'no column Current',
    })
    const thrown = run({
      run: () => {
        throw new Error('boom')
      },
    })
    expect(thrown).toMatchObject({ state: 'unknown', why: 'the check itself failed: boom' })
  })

  it('hands over what was declared, and nothing else', () => {
    let given: object = {}
    run(
      {
        needs: ['a'],
        wants: ['b', 'c'],
        run: (facts) => {
          given = facts
          return says('pass')
        },
      },
      { a: fact(1), b: not('denied'), c: fact(3), d: fact(4) },
    )
    expect(given).toEqual({ a: 1, c: 3 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, joinAll, present, STATES, type State, worse } from './verdict'

const state = fc.constantFrom<State>(...STATES)

describe('the verdict algebra', () => {
  it('P-01 is commutative, associative, idempotent, monotone, with bottom none', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(join(a, b)).toBe(join(b, a))
        expect(join(join(a, b), c)).toBe(join(a, join(b, c)))
        expect(join(a, a)).toBe(a)
        expect(join('none', a)).toBe(a)
        if (!worse(a, b)) expect(worse(join(a, c), join(b, c))).toBe(false)
      }),
    )
  })

  it('P-02 adding an unknown never improves a roll-up, and never leaves it green', () => {
    fc.assert(
      fc.property(fc.array(state), (states) => {
        const before = joinAll(states)
        const after = joinAll([...states, 'unknown'])
        expect(worse(before, after)).toBe(false)
        expect(['none', 'skip', 'pass', 'warn', 'running', 'blocked']).not.toContain(after)
      }),
    )
  })

  it('P-03 nothing, or only what does not apply, is never shown as OK', () => {
    expect(present('none', 'by-evidence')).toBe('unknown')
    expect(present('none', 'by-run')).toBe('not-proved')
    expect(present('skip', 'by-run')).toBe('not-proved')
    expect(present('skip', 'by-evidence')).toBe('not-applicable')
  })

  it('orders unknown above everything but fail (M-01: unknown must not rank below pass)', () => {
    expect(joinAll(['pass', 'unknown', 'warn', 'blocked'])).toBe('unknown')
    expect(joinAll(['unknown', 'fail'])).toBe('fail')
    expect(joinAll(['blocked', 'pass'])).toBe('blocked')
  })
})

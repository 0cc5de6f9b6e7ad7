import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judged } from './engine/testing'
import { CHECK_LEVELS, REQUIRED_LEVELS } from './levels'
import { buildPyramid } from './pyramid'
import type { JudgedCheck } from './report'

const STATES = ['pass', 'warn', 'fail', 'skip', 'unknown', 'blocked'] as const
const anyCheck = fc
  .record({ state: fc.constantFrom(...STATES), level: fc.constantFrom(...CHECK_LEVELS), n: fc.nat(1e6) })
  .map(({ state, level, n }) => judged(`c${n}`, state, { level }))
const fleet = fc.uniqueArray(anyCheck, { maxLength: 20, selector: (check) => check.id })
const line = (checks: readonly JudgedCheck[], id: string) =>
  buildPyramid(checks).levels.find((level) => level.id === id)

describe('the pyramid', () => {
  it('P-03: nothing, only skips or only blocked is unknown, never green', () => {
    expect(buildPyramid([]).state).toBe('unknown')
    expect(buildPyramid([judged('a', 'skip')]).state).toBe('unknown')
    expect(buildPyramid([judged('a', 'blocked', { blockedBy: ['b'] })]).state).toBe('unknown')
    expect(line([], 'drivers')).toMatchObject({ shown: 'unknown', line: 'Nothing was read' })
    expect(line([judged('a', 'skip')], 'drivers')?.shown).toBe('not-applicable')
    expect(line([], 'nccl')?.shown).toBe('not-proved')
  })

  it('M-01, P-02: adding an unknown never improves anything', () => {
    const rank = ['pass', 'warn', 'unknown', 'fail']
    fc.assert(
      fc.property(fleet, (checks) => {
        const before = buildPyramid(checks).state
        const after = buildPyramid([...checks, judged('new', 'unknown')]).state
        expect(rank.indexOf(after)).toBeGreaterThanOrEqual(rank.indexOf(before))
        expect(['unknown', 'fail']).toContain(after)
      }),
    )
  })

  it('blocked weighs in its level, not in the node, as long as its blocker counts', () => {
    const blocked = judged('high', 'blocked', { level: 'vfs', blockedBy: ['low'] })
    const failing = buildPyramid([judged('low', 'fail'), blocked])
    expect(failing.state).toBe('fail')
    expect(failing.levels.find((level) => level.id === 'vfs')?.shown).toBe('blocked')
    const outside = judged('low', 'fail', { level: 'reach' })
    expect(buildPyramid([outside, blocked, judged('ok', 'pass')]).state).toBe('unknown')
  })

  it('counts add up, the order of checks changes nothing', () => {
    fc.assert(
      fc.property(fleet, (checks) => {
        const pyramid = buildPyramid(checks)
        const counted = pyramid.levels.flatMap((level) => Object.values(level.counts)).reduce((sum, n) => sum + n, 0)
        expect(counted).toBe(checks.length)
        expect(buildPyramid([...checks].reverse()).state).toBe(pyramid.state)
        if (pyramid.state === 'pass')
          for (const check of checks.filter(({ level }) => REQUIRED_LEVELS.some((id) => id === level)))
            expect(['pass', 'skip']).toContain(check.state)
      }),
    )
  })

  it('names the lowest failed level, and what is proved from below', () => {
    const checks = [
      judged('a', 'pass', { level: 'platform' }),
      judged('b', 'skip', { level: 'kernel' }),
      judged('c', 'warn', { level: 'drivers' }),
      judged('d', 'fail', { level: 'vfs' }),
      judged('e', 'fail', { level: 'pod' }),
    ]
    expect(buildPyramid(checks)).toMatchObject({ firstBroken: 'vfs', provedUpTo: 'drivers', state: 'fail' })
  })

  it('levels 8 to 10 lower nothing', () => {
    const checks = [judged('a', 'pass'), judged('b', 'fail', { level: 'nccl' })]
    expect(buildPyramid(checks)).toMatchObject({ state: 'pass', firstBroken: 'nccl' })
  })
})

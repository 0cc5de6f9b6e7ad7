import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Blockable, computeBlocking } from './blocking'

const one = (id: string, state: Blockable['state'], ...after: string[]): Blockable => ({ id, state, after })

/** A random acyclic set of checks: each may rest on earlier ones. */
const dag = fc
  .array(
    fc.record({
      state: fc.constantFrom('pass', 'warn', 'fail', 'skip', 'unknown' as const),
      after: fc.array(fc.nat()),
    }),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(
      (row, at): Blockable => ({
        id: `c${at}`,
        state: row.state as Blockable['state'],
        after: at === 0 ? [] : [...new Set(row.after.map((n) => `c${n % at}`))],
      }),
    ),
  )

/** P-30 word by word: blocked = some failed check is reachable through checks that did not pass or skip, and it did not pass or skip. */
function naive(checks: readonly Blockable[]): Set<string> {
  const byId = new Map(checks.map((check) => [check.id, check]))
  const reaches = (id: string): boolean =>
    (byId.get(id)?.after ?? []).some((below) => {
      const state = byId.get(below)?.state
      return state !== 'pass' && state !== 'skip' && (state === 'fail' || reaches(below))
    })
  return new Set(
    checks
      .filter((check) => check.state !== 'pass' && check.state !== 'skip' && reaches(check.id))
      .map((check) => check.id),
  )
}

describe('blocking', () => {
  it('P-30 equals the transitive closure of dependencies minus own passes', () => {
    fc.assert(
      fc.property(dag, (checks) => {
        expect(new Set(computeBlocking(checks).blockedBy.keys())).toEqual(naive(checks))
      }),
    )
  })

  it('names the root, not what is blocked in between', () => {
    const { blockedBy } = computeBlocking([
      one('firmware', 'fail'),
      one('vfs', 'fail', 'firmware'),
      one('resource', 'unknown', 'vfs'),
    ])
    expect(blockedBy.get('resource')).toEqual(['firmware'])
    expect(blockedBy.get('vfs')).toEqual(['firmware'])
    expect(blockedBy.has('firmware')).toBe(false)
  })

  it('I8: a pass over a failure stays a pass and is a contradiction', () => {
    const { blockedBy, contradicts } = computeBlocking([one('firmware', 'fail'), one('vfs', 'pass', 'firmware')])
    expect(blockedBy.size).toBe(0)
    expect(contradicts.get('vfs')).toEqual(['firmware'])
  })

  it('unknown below blocks nothing: only a failure does', () => {
    expect(computeBlocking([one('firmware', 'unknown'), one('vfs', 'fail', 'firmware')]).blockedBy.size).toBe(0)
  })

  it('P-06 does not depend on order', () => {
    fc.assert(
      fc.property(dag, (checks) => {
        const forward = computeBlocking(checks).blockedBy
        const back = computeBlocking([...checks].reverse()).blockedBy
        expect(new Set(forward.keys())).toEqual(new Set(back.keys()))
      }),
    )
  })
})

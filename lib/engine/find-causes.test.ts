import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cause, CauseMatch, JudgedVerdict } from '@/lib/cause'
import { failed, passed } from '@/lib/symptoms'
import { findCauses, signatureOf } from './find-causes'

const aCause = (
  id: string,
  specificity: number,
  explains: readonly string[],
  params: CauseMatch['params'] = {},
): Cause => ({
  id,
  title: id,
  level: 'drivers',
  scope: 'node',
  explains,
  specificity,
  why: '',
  refs: [],
  examples: [],
  match: () => ({ summary: `${id} matched`, explains, fix: [], params }),
})
const find = (causes: readonly Cause[], verdicts: readonly JudgedVerdict[]) =>
  findCauses(causes, {
    node: 'n1',
    profile: null,
    verdicts: Object.fromEntries(verdicts.map((verdict) => [verdict.check, verdict])),
    facts: {},
  })

describe('finding causes', () => {
  it('gives a symptom to the most specific cause, once, whatever their order', () => {
    const causes = [aCause('vague', 20, ['a', 'b']), aCause('exact', 90, ['a'])]
    const verdicts = [failed('a', 'drivers', 'a'), failed('b', 'vfs', 'b')]
    for (const order of [causes, [...causes].reverse()]) {
      const found = find(order, verdicts)
      expect(found.map(({ id, explains }) => [id, explains])).toEqual([
        ['exact', ['a']],
        ['vague', ['b']],
      ])
    }
  })

  it('drops a cause with nothing left to explain, and one whose checks pass', () => {
    expect(find([aCause('vague', 20, ['a']), aCause('exact', 90, ['a'])], [failed('a', 'drivers', 'a')])).toHaveLength(
      1,
    )
    expect(find([aCause('exact', 90, ['a'])], [passed('a', 'drivers')])).toEqual([])
  })

  it('puts the cause of the first broken level first', () => {
    const causes = [aCause('pod-cause', 99, ['p']), aCause('driver-cause', 10, ['d'])]
    const found = find(causes, [failed('p', 'pod', 'p'), failed('d', 'drivers', 'd')])
    expect(found.map((cause) => cause.id)).toEqual(['driver-cause', 'pod-cause'])
  })
})

describe('P-11 signatures', () => {
  const params = fc.dictionary(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    { maxKeys: 4 },
  )

  it('do not depend on the order of parameters', () => {
    fc.assert(
      fc.property(params, (one) => {
        expect(signatureOf('c', Object.fromEntries(Object.entries(one).reverse()))).toBe(signatureOf('c', one))
      }),
    )
  })

  it('never collide for different parameters', () => {
    fc.assert(
      fc.property(params, params, (one, other) => {
        const same = (a: object, b: object) =>
          Object.entries(a).sort().join('\u0000') === Object.entries(b).sort().join('\u0000')
        if (!same(one, other)) expect(signatureOf('c', one)).not.toBe(signatureOf('c', other))
      }),
    )
    const long = 'x'.repeat(500)
    expect(signatureOf('c', { why: `${long}a` })).not.toBe(signatureOf('c', { why: `${long}b` }))
    expect(signatureOf('c', { a: 'b~c=d' })).not.toBe(signatureOf('c', { a: 'b', c: 'd' }))
  })

  it('are one URL segment', () => {
    fc.assert(
      fc.property(params, (one) => {
        const signature = signatureOf('c', one)
        expect(signature).toMatch(/^[A-Za-z0-9._:+~=!-]+$/)
        expect(new URL(`http://x/causes/${signature}`).pathname).toBe(`/causes/${signature}`)
      }),
    )
  })
})

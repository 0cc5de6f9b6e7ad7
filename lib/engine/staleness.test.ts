import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactState } from './fact-state'
import { ageSec, ageWords, BUDGET_SEC, budgetOf, factAgeSec } from './freshness'
import { type Aged, factsFor, staleWords, standing } from './staleness'
import { aCheck, collection, fact, later, NOW } from './testing'

const aged = (facts: Record<string, FactState | undefined>, now = { now: NOW, steadyMs: 0 }, budget = 60): Aged => ({
  fact: (id) => facts[id],
  stale: (id) => staleWords(id, facts[id], budget, now),
})
const YOUNG = fact('young', { at: later(-10) })
const OLD = fact('old', { at: later(-3_600) })

describe('age', () => {
  it('M-04: is fresh up to its budget and stale past it', () => {
    const at = (seconds: number) => staleWords('a', fact(1, { at: later(-seconds) }), 60, { now: NOW })
    expect(at(59)).toBeNull()
    expect(at(60)).toBeNull()
    expect(at(61)).toContain('more than 60 s ago')
    expect(staleWords('a', fact(1, { at: later(-61) }), 60, { now: null })).toBeNull()
  })

  it('P-12: once stale, stale for ever', () => {
    const time = fc.integer({ min: 0, max: 10_000_000 })
    fc.assert(
      fc.property(time, time, time, (read, a, b) => {
        const [sooner, later_] = [read + Math.min(a, b), read + Math.max(a, b)]
        const stale = (ms: number) =>
          staleWords('a', fact(1, { at: NOW, seenMs: read }), 60, { now: NOW, steadyMs: ms })
        if (stale(sooner) !== null) expect(stale(later_)).not.toBeNull()
      }),
    )
  })

  it('M-24, F-59: a wall clock that jumps makes nothing fresh, and nothing stale that was measured', () => {
    expect(ageSec(later(86_400), NOW)).toBe(86_400)
    expect(ageSec(null, NOW)).toBe(Number.POSITIVE_INFINITY)
    expect(ageSec('yesterday', NOW)).toBe(Number.POSITIVE_INFINITY)
    const measured = { at: NOW, seenMs: 1_000 }
    for (const now of [later(86_400), later(-86_400)]) expect(factAgeSec(measured, { now, steadyMs: 31_000 })).toBe(30)
    expect(factAgeSec(measured, { now: later(-86_400), steadyMs: 3_601_000 })).toBe(3_600)
  })

  it('has the budgets of DESIGN §3', () => {
    const read = { via: 'kube' as const, group: '', version: 'v1', plural: 'e', kind: 'E', namespaced: true }
    expect(budgetOf(collection('pods'))).toBe(90)
    expect(budgetOf({ ...collection('events'), read: { ...read, relistSec: 300 } })).toBe(390)
    const run = { id: 'r', title: 'r', via: 'run' as const, fold: () => null }
    expect(budgetOf({ ...run, read: { via: 'run', test: 'rdma' } })).toBe(24 * 3_600)
    expect(budgetOf({ ...run, read: { via: 'run', test: 'nccl' } })).toBe(7 * 24 * 3_600)
    expect(BUDGET_SEC.node).toBe(900)
  })

  it('is said in plain words', () => {
    expect([40, 720, 7_200, 200_000, Number.POSITIVE_INFINITY].map(ageWords)).toEqual([
      '40 s',
      '12 min',
      '2 h',
      '2 d',
      'never',
    ])
  })
})

describe('a check and the age of its facts', () => {
  it('rests on its needs: one stale need makes the answer a last known one', () => {
    const check = aCheck('c', { needs: ['a', 'b'] })
    expect(standing(check, aged({ a: YOUNG, b: YOUNG })).stale).toBeNull()
    expect(standing(check, aged({ a: YOUNG, b: OLD })).stale).toContain('b was last read')
    expect(standing(check, aged({ a: YOUNG, b: fact(1, { lost: 'connection refused' }) })).stale).toBe(
      'b: connection refused',
    )
  })

  it('does not use a stale want, and stays of now', () => {
    const check = aCheck('c', { needs: ['a'], wants: ['b'] })
    const facts = aged({ a: YOUNG, b: OLD })
    expect(standing(check, facts)).toEqual({ stale: null, withheld: ['b'] })
    expect(factsFor(check, facts, ['b']).b).toMatchObject({ status: 'timeout' })
  })

  it('needs one fresh source of anyOf; with none, the old ones make a last known answer', () => {
    const check = aCheck('c', { wants: ['a', 'b'], anyOf: ['a', 'b'] })
    expect(standing(check, aged({ a: YOUNG, b: OLD }))).toEqual({ stale: null, withheld: ['b'] })
    const old = standing(check, aged({ a: OLD, b: OLD }))
    expect(old.stale).toContain('a was last read')
    expect(old.withheld).toEqual([])
  })
})

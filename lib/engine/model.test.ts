import { describe, expect, it } from 'vitest'
import { Model } from './model'
import { aCheck, collection, fact, later, NOW, object, says } from './testing'

interface Runs {
  [check: string]: number
}

/** A model over one collection and two checks that count how often they run. */
function setUp() {
  const runs: Runs = {}
  const values = (facts: Readonly<Record<string, unknown>>) => JSON.stringify(Object.values(facts))
  const counting = (id: string, parts: Parameters<typeof aCheck>[1]) =>
    aCheck(id, {
      ...parts,
      run: (facts) => {
        runs[id] = (runs[id] ?? 0) + 1
        const text = values(facts)
        return says(text.includes('bad') ? 'fail' : 'pass', text)
      },
    })
  const checks = [
    counting('own', { needs: ['host'] }),
    counting('things-here', { needs: ['things'] }),
    counting('all-things', { needs: ['things'], scope: 'cluster' }),
    counting('others-here', { needs: ['others'] }),
    counting('timed', { needs: ['host', 'clock'] }),
  ]
  const reader = { via: 'node' as const, id: 'host', title: 'host', reads: {}, parse: () => null }
  const model = new Model({ collectors: [collection('things'), collection('others'), reader], checks, causes: [] })
  model.setNodes(['n1', 'n2'])
  model.setCollection('things', { status: 'ok', at: NOW, seenMs: 0 })
  model.setCollection('others', { status: 'ok', at: NOW, seenMs: 0 })
  for (const node of ['n1', 'n2']) model.setNodeFact(node, 'host', fact(node, { at: NOW, seenMs: 0 }))
  const judge = (node: string, seconds = 0) => {
    const report = model.judge(node, {
      now: later(seconds),
      steadyMs: seconds * 1000,
      previous: {},
      running: [],
      proof: null,
      stale: false,
    })
    return Object.fromEntries(report.checks.map((check) => [check.id, check]))
  }
  const dirty = (seconds = 0) => [...model.takeDirty({ now: later(seconds), steadyMs: seconds * 1000 })].sort()
  const judgeAll = (seconds = 0) => {
    for (const node of dirty(seconds)) judge(node, seconds)
    for (const key of Object.keys(runs)) delete runs[key]
  }
  return { model, runs, judge, dirty, judgeAll }
}

describe('the model', () => {
  it('runs a check again only when one of its facts changed, and no old verdict survives a change', () => {
    const { model, runs, judge, judgeAll } = setUp()
    judgeAll()
    expect(judge('n1').own?.state).toBe('pass')
    expect(runs).toEqual({})
    model.setNodeFact('n1', 'host', fact('bad', { at: NOW, seenMs: 0 }))
    expect(judge('n1').own?.state).toBe('fail')
    expect(runs).toEqual({ own: 1, timed: 1 })
    expect(judge('n2').own?.state).toBe('pass')
    expect(runs).toEqual({ own: 1, timed: 1 })
  })

  it('one pod event judges one node; a changed verdict of the cluster judges all', () => {
    const { model, judgeAll, dirty } = setUp()
    model.upsert('things', '1', object('a', 'n1'))
    judgeAll()
    model.upsert('things', '1', object('a', 'n1'))
    expect(dirty(1)).toEqual(['n1'])
    model.upsert('things', '1', object('a', 'n1', { value: 'bad' }))
    expect(dirty(2)).toEqual(['n1', 'n2'])
  })

  it('keeps the last value of a collection that cannot be reached, as unknown', () => {
    const { model, judge, judgeAll } = setUp()
    model.upsert('things', '1', object('a', 'n1', { value: 'bad' }))
    judgeAll()
    model.setCollection('things', { status: 'unreachable', reason: 'connection refused', at: NOW, seenMs: 0 })
    const check = judge('n1')['things-here']
    expect(check).toMatchObject({ state: 'unknown', stale: true })
    expect(check?.summary).toMatch(/connection refused.*Last known: .*bad/)
    model.setCollection('things', { status: 'denied', reason: 'forbidden', at: NOW })
    expect(judge('n1')['things-here']).toMatchObject({ state: 'unknown', summary: 'things: forbidden' })
  })

  it('an object its collector cannot read makes exactly its checks unknown', () => {
    const { model, judge } = setUp()
    model.upsert('things', '1', object('a', 'n2', { broken: true }))
    expect(judge('n1')['things-here']?.summary).toContain('a: no such field')
    expect(judge('n1').own?.state).toBe('pass')
  })

  it('dirties by time exactly whom time has changed', () => {
    const { model, judgeAll, judge, dirty } = setUp()
    model.setNodeFact('n1', 'host', fact('n1', { at: later(-10), seenMs: -10_000 }))
    judgeAll()
    const age = (seconds: number) => {
      for (const id of ['things', 'others'])
        model.setCollection(id, { status: 'ok', at: later(seconds), seenMs: seconds * 1000 })
      model.age({ now: later(seconds), steadyMs: seconds * 1000 })
      return dirty(seconds)
    }
    expect(age(20)).toEqual([])
    model.setNodeFact('n2', 'host', fact('n2', { at: later(600), seenMs: 600_000 }))
    for (const node of dirty(600)) judge(node, 600)
    // The check that compares with the clock says another minute.
    expect(age(885)).toEqual(['n1', 'n2'])
    for (const node of ['n1', 'n2']) judge(node, 885)
    expect(age(889)).toEqual([])
    expect(age(891)).toEqual(['n1'])
    expect(judge('n1', 891).own?.state).toBe('unknown')
    expect(judge('n2', 891).own?.state).toBe('pass')
  })

  it('a watch that falls silent without a word goes stale (M-09)', () => {
    const { model, judgeAll, judge, dirty } = setUp()
    judgeAll()
    const alive = (id: string, seconds: number) =>
      model.setCollection(id, { status: 'ok', at: later(seconds), seenMs: seconds * 1000 })
    model.age({ now: later(61), steadyMs: 61_000 })
    for (const node of dirty(61)) judge(node, 61)
    alive('things', 85)
    model.age({ now: later(89), steadyMs: 89_000 })
    expect(dirty(89)).toEqual([])
    model.age({ now: later(95), steadyMs: 95_000 })
    expect(dirty(95)).toEqual(['n1', 'n2'])
    expect(judge('n1', 95)['others-here']).toMatchObject({ state: 'unknown', stale: true })
    expect(judge('n1', 95)['things-here']?.state).toBe('pass')
    alive('others', 100)
    model.age({ now: later(180), steadyMs: 180_000 })
    expect(dirty(180)).toEqual(['n1', 'n2'])
    expect(judge('n1', 180)['others-here']?.state).toBe('pass')
    expect(judge('n1', 180)['all-things']?.state).toBe('unknown')
  })

  it('forgets everything of a node that left', () => {
    const { model, judge } = setUp()
    model.setNodeFact('ghost', 'host', fact('x'))
    model.setNodes(['n1'])
    expect(model.nodeFact('n2', 'host')).toBeUndefined()
    expect(model.nodeFact('ghost', 'host')).toBeUndefined()
    expect(model.takeDirty({ now: NOW })).toEqual(['n1'])
    model.setNodes(['n1', 'n2'])
    expect(judge('n2').own).toMatchObject({ state: 'unknown', summary: 'host has not been read yet' })
  })

  it('facts that no longer hold are shown as last known', () => {
    const { model, judge } = setUp()
    model.loseNodeFacts('n1', 'the node booted again', (id) => id === 'host')
    expect(judge('n1').own).toMatchObject({ state: 'unknown' })
    expect(judge('n1').own?.summary).toContain('the node booted again. Last known: ["n1"]')
    expect(judge('n2').own?.state).toBe('pass')
  })
})

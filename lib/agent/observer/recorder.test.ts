import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '@/lib/agent/store/open'
import { loadReports } from '@/lib/agent/store/reports'
import { loadTransitions } from '@/lib/agent/store/transitions'
import { Model } from '@/lib/engine/model'
import { aCheck, fact, later, NOW, says } from '@/lib/engine/testing'
import type { NodeReport } from '@/lib/report'
import { Recorder } from './recorder'

const folder = mkdtempSync(join(tmpdir(), 'cairn-recorder-'))
let store: Store
let at = NOW
let steady = 0
const clock = { now: () => new Date(at) }

beforeEach(() => {
  at = NOW
  steady = 0
  store = openStore(join(folder, `${Math.random()}`, 'cairn.db'), clock)
})
afterEach(async () => {
  await store.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function setUp(more: { ready?(node: string): boolean; unread?(node: string): boolean } = {}) {
  const run = (facts: Readonly<Record<string, unknown>>) =>
    says(facts.host === 'bad' ? 'fail' : 'pass', String(facts.host))
  const model = new Model({ collectors: [], checks: [aCheck('c', { needs: ['host'], run })], causes: [] })
  const events: { revision: number; nodes: readonly string[]; stored: Promise<NodeReport[]> }[] = []
  const errors: unknown[] = []
  const recorder: Recorder = new Recorder({
    model,
    db: store.db,
    clock,
    steadyMs: () => steady,
    running: () => [],
    proof: () => null,
    ready: more.ready ?? (() => true),
    unread: more.unread ?? (() => false),
    onChange: (nodes) =>
      events.push({ revision: recorder.revision(), nodes, stored: loadReports(store.db).catch(() => []) }),
    onError: (error) => errors.push(error),
  })
  const set = (node: string, value: string) => model.setNodeFact(node, 'host', fact(value, { at, seenMs: steady }))
  return { model, recorder, events, errors, set }
}

describe('the recorder', () => {
  it('stores first, then shows and tells; revisions only grow (I5, P-22)', async () => {
    const { model, recorder, events, set } = setUp()
    model.setNodes(['n1', 'n2'])
    set('n1', 'good')
    set('n2', 'good')
    await recorder.judgeNow()
    const first = recorder.revision()
    expect(events).toMatchObject([{ nodes: ['n1', 'n2'], revision: first }])
    expect((await events[0]?.stored)?.map((report) => report.state)).toEqual(['pass', 'pass'])
    await recorder.judgeNow()
    expect(recorder.revision()).toBe(first)
    set('n1', 'bad')
    await recorder.judgeNow()
    expect(recorder.revision()).toBeGreaterThan(first)
    expect(recorder.report('n1')).toMatchObject({ state: 'fail', revision: recorder.revision() })
    expect(recorder.all().filter((report) => report.revision > first)).toHaveLength(1)
  })

  it('a store that refuses freezes no verdict and is caught up with later (F-48)', async () => {
    const { model, recorder, errors, set } = setUp()
    model.setNodes(['n1'])
    set('n1', 'good')
    await recorder.judgeNow()
    await store.db.schema.alterTable('reports').renameTo('away').execute()
    set('n1', 'bad')
    await recorder.judgeNow()
    expect(errors).toHaveLength(1)
    expect(recorder.report('n1')?.state).toBe('fail')
    await store.db.schema.alterTable('away').renameTo('reports').execute()
    steady = 6_000
    await recorder.judgeNow()
    expect((await loadReports(store.db))[0]?.state).toBe('fail')
    expect(await loadTransitions(store.db, 'n1')).toMatchObject([{ from: 'pass', to: 'fail' }])
  })

  it('forgets a node that leaves while it is being judged, in memory and in the store', async () => {
    const { model, recorder, events, set } = setUp()
    const names = Array.from({ length: 30 }, (_, index) => `n${index}`)
    model.setNodes(names)
    for (const name of names) set(name, 'good')
    await recorder.judgeNow()
    const before = recorder.revision()
    for (const name of names) set(name, 'bad')
    const judging = recorder.judgeNow()
    model.setNodes(['n0'])
    const left = recorder.keepOnly(new Set(['n0']))
    await Promise.all([judging, left])
    expect(await left).toHaveLength(29)
    expect(recorder.all().map((report) => report.node)).toEqual(['n0'])
    expect((await loadReports(store.db)).map((report) => report.node)).toEqual(['n0'])
    expect(recorder.removedSince(before)).toHaveLength(29)
    expect(recorder.removedSince(recorder.revision())).toEqual([])
    expect(events.at(-1)?.nodes).toHaveLength(29)
  })

  it('a node that comes back is no longer removed', async () => {
    const { model, recorder, set } = setUp()
    model.setNodes(['n1'])
    set('n1', 'good')
    await recorder.judgeNow()
    const before = recorder.revision()
    model.setNodes([])
    await recorder.keepOnly(new Set())
    model.setNodes(['n1'])
    set('n1', 'good')
    await recorder.judgeNow()
    expect(recorder.removedSince(before)).toEqual([])
    expect(recorder.report('n1')?.revision).toBeGreaterThan(before)
  })

  describe('after a restart', () => {
    async function stored(): Promise<NodeReport[]> {
      const { model, recorder, set } = setUp()
      model.setNodes(['n1', 'n2'])
      set('n1', 'good')
      set('n2', 'bad')
      await recorder.judgeNow()
      return loadReports(store.db)
    }

    it('shows the last known fleet at once, stale, none of it as OK, with revisions above all earlier ones', async () => {
      const reports = await stored()
      const { recorder } = setUp()
      recorder.restore(reports)
      expect(recorder.report('n1')).toMatchObject({ state: 'unknown', stale: true })
      expect(recorder.report('n1')?.headline).toMatch(/^Last known: OK/)
      expect(recorder.report('n2')).toMatchObject({ state: 'fail', stale: true, firstBroken: 'drivers' })
      expect(recorder.revision()).toBeGreaterThan(Math.max(...reports.map((report) => report.revision)))
      expect(recorder.knows(Math.max(...reports.map((report) => report.revision)))).toBe(false)
    })

    it('judges nobody before enough was read, and keeps since', async () => {
      const reports = await stored()
      let ready = false
      const { model, recorder, set } = setUp({ ready: () => ready })
      recorder.restore(reports)
      model.setNodes(['n1', 'n2'])
      at = later(600)
      await recorder.judgeNow()
      expect(recorder.report('n2')).toMatchObject({ state: 'fail', stale: true })
      ready = true
      set('n1', 'good')
      set('n2', 'bad')
      await recorder.judgeNow()
      expect(recorder.report('n2')).toMatchObject({ state: 'fail', stale: false })
      expect(recorder.report('n2')?.checks[0]?.since).toBe(NOW)
      expect(await loadTransitions(store.db, 'n2')).toEqual([])
    })
  })

  it('writes a change once, and sees it through a time without sight', async () => {
    const { model, recorder, set } = setUp()
    model.setNodes(['n1'])
    set('n1', 'bad')
    await recorder.judgeNow()
    model.setNodeFact('n1', 'host', { status: 'unreachable', reason: 'gone', at: null, refs: [] })
    await recorder.judgeNow()
    expect(recorder.report('n1')?.state).toBe('unknown')
    set('n1', 'good')
    await recorder.judgeNow()
    expect(await loadTransitions(store.db, 'n1')).toMatchObject([{ from: 'fail', to: 'pass', check: 'c' }])
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import bootLedger from '@/collectors/history/boot-ledger/collector'
import portCounters from '@/collectors/history/port-counters/collector'
import type { Identity, SweepResult } from '@/collectors/transport/types'
import { openStore, type Store } from '@/lib/agent/store/open'
import { nodeCollector, Unreadable } from '@/lib/collector'
import { Model } from '@/lib/engine/model'
import { aCheck, later, NOW, says } from '@/lib/engine/testing'
import { examplePort } from '@/lib/examples/ports'
import type { RawRead } from '@/lib/read'
import { NodeIntake } from './node-intake'
import { Watches } from './node-watch'

const folder = mkdtempSync(join(tmpdir(), 'cairn-intake-'))
const stores: Store[] = []
const read = (lane: 'fast' | 'slow') => ({ via: 'node' as const, lane, script: ':' })
const collectors = [
  nodeCollector({ id: 'quick', title: '', reads: { x: read('fast') }, parse: ({ x }) => x.text }),
  nodeCollector({ id: 'slowly', title: '', reads: { x: read('slow') }, parse: ({ x }) => x.text }),
  nodeCollector({
    id: 'both',
    title: '',
    reads: { x: read('fast'), y: read('slow') },
    parse: ({ x, y }) => x.text + y.text,
  }),
  nodeCollector({
    id: 'picky',
    title: '',
    reads: { x: read('fast') },
    parse: () => {
      throw new Unreadable('no such layout')
    },
  }),
  nodeCollector({
    id: 'infiniband',
    title: '',
    reads: { tree: read('fast') },
    parse: ({ tree }) => ({ devices: [examplePort(0, { counters: { symbol_error: Number(tree.text) } })] }),
  }),
  bootLedger,
  portCounters,
]
const NODE = {
  name: 'n1',
  createdAt: null,
  deletedAt: null,
  labels: {},
  annotations: {},
  sriovState: null,
  unschedulable: false,
  taints: [],
  conditions: [],
  ready: 'True',
  reportsResources: true,
  resources: [],
  addresses: [],
  bootId: null,
  machineId: 'aaaa',
  systemUuid: null,
  kernel: null,
  osImage: null,
  containerRuntime: null,
  kubelet: null,
}

let steady = 0
afterAll(async () => {
  for (const store of stores) await store.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  steady = 0
})

function setUp(kept?: Store) {
  const clock = { now: () => new Date(NOW) }
  const store = kept ?? openStore(join(folder, `${stores.length}`, 'cairn.db'), clock)
  if (!kept) stores.push(store)
  const check = (id: string) => aCheck(`sees-${id}`, { needs: [id], run: (facts) => says('pass', String(facts[id])) })
  const model = new Model({ collectors, checks: ['quick', 'slowly', 'both', 'picky'].map(check), causes: [] })
  model.setNodes(['n1'])
  const watches = new Watches()
  const collected: string[] = []
  const voids: string[] = []
  const intake = new NodeIntake({
    model,
    db: store.db,
    watches,
    collectors,
    redact: (text) => ({ text, rules: [] }),
    clock,
    steadyMs: () => steady,
    nodeObject: () => NODE,
    onFacts: () => undefined,
    onVoid: (node) => voids.push(node),
    collected: (id, ok) => collected.push(`${id} ${ok}`),
  })
  const states = (seconds = 0) => {
    const moment = {
      now: later(seconds),
      steadyMs: steady + seconds * 1000,
      previous: {},
      running: [],
      proof: null,
      stale: false,
    }
    return Object.fromEntries(
      model.judge('n1', moment).checks.map((each) => [each.id.slice(5), `${each.state}: ${each.summary}`]),
    )
  }
  return { store, model, watches, intake, collected, voids, states }
}

function raw(text: string, status: RawRead['status'] = 'ok'): RawRead {
  return {
    status,
    text,
    stderr: '',
    exitCode: 0,
    cut: false,
    startedAt: NOW,
    durationMs: 5,
    ...(status === 'ok' ? {} : { reason: status }),
  }
}
const FAST = { 'quick.x': raw('q'), 'both.x': raw('1'), 'picky.x': raw('?') }
const SLOW = { 'slowly.x': raw('s'), 'both.y': raw('2') }

function pass(sections: Record<string, RawRead>, identity: Partial<Identity> | null = {}, ok = true): SweepResult {
  const who: Identity = {
    bootId: 'boot-1',
    machineId: 'aaaa',
    hostname: 'n1',
    uptimeSec: 100,
    clockIso: NOW,
    bootIdAfter: identity?.bootId ?? 'boot-1',
    uid: 0,
    probe: { mode: 'sent', digest: '', current: null },
  }
  return {
    node: 'n1',
    reach: { ok, stage: ok ? 'done' : 'tcp', durationMs: 1 },
    identity: identity === null ? null : { ...who, ...identity },
    sections,
    startedAt: NOW,
    durationMs: 1_000,
  }
}
const away = (sections: Record<string, RawRead>) =>
  Object.fromEntries(Object.keys(sections).map((id) => [id, raw('', 'unreachable')]))

describe('taking in what a node says', () => {
  it('both lanes at once: every fact is there, a collector over both lanes has both, the ledger one boot', async () => {
    const { intake, states, collected, model } = setUp()
    await Promise.all([intake.receive(pass(FAST)), intake.receive(pass(SLOW))])
    expect(states()).toMatchObject({ quick: 'pass: q', slowly: 'pass: s', both: 'pass: 12' })
    expect(states().picky).toBe('unknown: picky: no such layout')
    expect(collected.sort()).toEqual(['both true', 'picky false', 'quick true', 'slowly true'])
    expect(model.nodeFact('n1', 'bootHistory')).toMatchObject({
      status: 'ok',
      value: { boots: [{ bootId: 'boot-1' }] },
    })
  })

  it('keeps what was said before a node became unreachable, until its budget ends (M-04)', async () => {
    const { intake, states } = setUp()
    await intake.receive(pass(FAST))
    await intake.receive(pass(away(FAST), null, false))
    expect(states(800).quick).toBe('pass: q')
    expect(states(902).quick).toMatch(/^unknown: Stale: quick was last read .*Last known: q$/)
  })

  it('a node that was never reached is unknown, with the reason', async () => {
    const { intake, states } = setUp()
    await intake.receive(pass(away(FAST), null, false))
    expect(states().quick).toBe('unknown: quick: unreachable')
  })

  it('F-24: a reboot during the read throws everything away, also what was known before', async () => {
    const { intake, states, voids, watches } = setUp()
    await intake.receive(pass(FAST))
    await intake.receive(pass({ 'quick.x': raw('half') }, { bootIdAfter: 'boot-2' }))
    expect(states().quick).toMatch(/^unknown: Stale: quick: Boot id changed.*Last known: q$/)
    expect(voids).toEqual(['n1'])
    expect(watches.get('n1')?.discarded?.kind).toBe('rebooted-during-read')
    await intake.receive(pass(FAST, { bootId: 'boot-2' }))
    expect(states().quick).toBe('pass: q')
    expect(watches.get('n1')?.discarded).toBeNull()
  })

  it('F-26: another machine behind the name says nothing of this one, and silence takes nothing back', async () => {
    const { intake, states, watches } = setUp()
    await intake.receive(pass(FAST, { machineId: 'bbbb' }))
    expect(states().quick).toContain('has not been read yet')
    await intake.receive(pass(away(FAST), null, false))
    expect(watches.get('n1')?.discarded?.kind).toBe('identity-changed')
  })

  it('I1: after a boot, what the other lane read before it is only history', async () => {
    const { intake, states, voids } = setUp()
    await intake.receive(pass(FAST))
    await intake.receive(pass(SLOW))
    await intake.receive(pass(FAST, { bootId: 'boot-2' }))
    expect(states().quick).toBe('pass: q')
    expect(states().slowly).toMatch(/^unknown: Stale: slowly: read before the node booted again/)
    expect(voids).toEqual(['n1'])
    await intake.receive(pass(SLOW, { bootId: 'boot-2' }))
    expect(states().slowly).toBe('pass: s')
  })

  it('error counters grow between readings of one boot, over a restart of the agent too', async () => {
    const counted = (errors: number) => ({ 'infiniband.tree': raw(`${errors}`) })
    const before = setUp()
    const growth = (from = before) => {
      const fact = from.model.nodeFact('n1', 'counterGrowth')
      return fact?.status === 'ok' ? fact.value : null
    }
    await before.intake.receive(pass(counted(900)))
    expect(growth()).toMatchObject({ growth: [] })
    await before.intake.receive(pass(SLOW))
    await before.intake.receive(pass(counted(903)))
    expect(growth()).toMatchObject({ growth: [{ from: 900, to: 903 }] })
    const after = setUp(before.store)
    await after.intake.restore('n1')
    await after.intake.receive(pass(counted(905)))
    expect(growth(after)).toMatchObject({ growth: [{ from: 900, to: 905 }] })
    await after.intake.receive(pass(counted(950), { bootId: 'boot-2' }))
    expect(growth(after)).toMatchObject({ growth: [] })
  })

  it('results of a node that was forgotten meanwhile are dropped', async () => {
    const { intake, model, watches } = setUp()
    const first = intake.receive(pass(FAST))
    const second = intake.receive(pass(SLOW))
    model.setNodes([])
    watches.keepOnly(new Set())
    await Promise.all([first, second])
    expect(model.nodeFact('n1', 'quick')).toBeUndefined()
    expect(model.nodeFact('n1', 'slowly')).toBeUndefined()
  })

  it('after a restart facts come from the store, with their age', async () => {
    const before = setUp()
    await before.intake.receive(pass(FAST))
    const after = setUp(before.store)
    await after.intake.restore('n1')
    expect(after.states(60).quick).toBe('pass: q')
    expect(after.states(3_600).quick).toMatch(/^unknown: Stale/)
    expect(after.watches.get('n1')?.reads.get('quick.x')).not.toHaveProperty('text')
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import nodes from '@/collectors/cluster/node/collector'
import type { KubeSink, KubeTransport } from '@/collectors/transport/kube/types'
import type { NodeTarget, NodeTransport } from '@/collectors/transport/types'
import { configSchema } from '@/lib/agent/config-schema'
import { openStore, type Store } from '@/lib/agent/store/open'
import { nodeCollector } from '@/lib/collector'
import { aCheck, NOW, says } from '@/lib/engine/testing'
import { contactLog } from './contacts'
import { Observer } from './observer'
import { fleetView } from './view'

const host = nodeCollector({
  id: 'host',
  title: '',
  reads: { x: { via: 'node', lane: 'fast', script: ':' } },
  parse: ({ x }) => ({ text: x.text }),
})
const check = aCheck('c', {
  needs: ['host', 'nodes'],
  run: (facts) => says('pass', JSON.stringify(facts.host)),
})
const folder = mkdtempSync(join(tmpdir(), 'cairn-observer-'))
let store: Store
let at = Date.parse(NOW)
const clock = { now: () => new Date(at) }
const open: Observer[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  at = Date.parse(NOW)
  store = openStore(join(folder, `${Math.random()}`, 'cairn.db'), clock)
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop()
  vi.useRealTimers()
  await store.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A cluster whose watch a test plays, and nodes that answer at once. */
async function start(words = 'hello') {
  let sink: KubeSink | null = null
  const errors: unknown[] = []
  const audited: string[] = []
  const kube: KubeTransport = {
    server: 'https://api',
    context: 'lab',
    clusterName: 'lab',
    warnings: [],
    watch: (_, given) => {
      sink = given
    },
    get: async () => ({ status: 'ok', httpStatus: 200, body: null, text: '' }),
    request: async () => ({ status: 'ok', httpStatus: 200, body: null, text: '' }),
    log: async () => ({
      status: 'ok',
      text: '',
      stderr: '',
      exitCode: null,
      cut: false,
      startedAt: NOW,
      durationMs: 1,
    }),
    followLog: async () => ({ ended: 'complete' }),
    review: async () => ({ status: 'ok', at: NOW, user: null, groups: [], missing: [], excess: [], incomplete: false }),
    close: async () => undefined,
  }
  const identity = { bootId: 'b', machineId: '', hostname: '', uptimeSec: 1, clockIso: '', bootIdAfter: 'b', uid: 0 }
  const ssh: NodeTransport = {
    sweep: async (target) => ({
      node: target.node,
      reach: { ok: true, stage: 'done', durationMs: 1 },
      identity: { ...identity, probe: { mode: 'sent', digest: '', current: null } },
      sections: {
        'host.x': {
          status: 'ok',
          text: words,
          stderr: '',
          exitCode: 0,
          cut: false,
          startedAt: clock.now().toISOString(),
          durationMs: 1,
        },
      },
      startedAt: clock.now().toISOString(),
      durationMs: 1,
    }),
    connections: () => 1,
    close: async () => undefined,
  }
  const record = {
    record: ({ action, target }: { action: string; target: string }) => void audited.push(`${action} ${target}`),
  }
  const log = contactLog(record, clock, (error) => errors.push(error))
  const observer = new Observer({
    config: configSchema.parse({ ssh: { user: 'cairn' } }),
    registry: { collectors: [nodes, host], checks: [check], causes: [] },
    profiles: [],
    kube,
    kubeProblem: null,
    ssh,
    sshProblem: null,
    store,
    redact: (text) => ({ text, rules: [] }),
    clock,
    steadyMs: () => at,
    onError: (error) => errors.push(error),
    onChange: () => undefined,
    running: () => [],
    proof: () => null,
    contacting: (target: NodeTarget) => log(target),
  })
  open.push(observer)
  await observer.start()
  const forward = async (seconds: number) => {
    for (let step = 0; step < seconds * 4; step += 1) {
      at += 250
      await vi.advanceTimersByTimeAsync(250)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const feed = () => sink ?? expect.fail('nothing is watched')
  const aNode = (name: string, machineID: string) => ({
    metadata: { name, labels: { 'nvidia.com/gpu.present': 'true' } },
    status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], nodeInfo: { machineID } },
  })
  const live = () =>
    feed().state('nodes', {
      status: 'ok',
      at: clock.now().toISOString(),
      seenAt: clock.now().toISOString(),
      fresh: true,
    })
  const view = fleetView({ observer, store, clusterName: 'lab', now: clock.now, runsOf: async () => [] }, new Set())
  return { observer, errors, audited, forward, feed, aNode, live, view }
}

describe('the observer', () => {
  it('reads, judges and shows; writes one audit line a node and day', async () => {
    const { observer, errors, audited, forward, feed, aNode, live, view } = await start()
    feed().upsert('nodes', 'u1', aNode('n1', 'm1'))
    live()
    await forward(4)
    expect(errors).toEqual([])
    expect(observer.recorder.report('n1')).toMatchObject({ state: 'pass', stale: false, bootId: null })
    expect(view.fleet(null)).toMatchObject({ full: true, counts: { total: 1, pass: 1 }, sweep: { total: 1, done: 1 } })
    expect(audited).toEqual(['ssh.connect n1 cairn@127.0.0.1:22'])
    const page = await view.node('n1')
    expect(page).toMatchObject({ address: '127.0.0.1', report: { node: 'n1' } })
  })

  it('F-31, F-32: the last known fleet stays, stale and not OK, until Kubernetes answers', async () => {
    const first = await start()
    first.feed().upsert('nodes', 'u1', first.aNode('n1', 'm1'))
    first.live()
    await first.forward(4)
    const known = first.observer.recorder.revision()
    await first.observer.stop()
    at += 3_600_000
    const second = await start('changed')
    await second.forward(3)
    const shown = second.observer.recorder.report('n1')
    expect(shown).toMatchObject({ state: 'unknown', stale: true })
    expect(shown?.headline).toMatch(/^Last known: OK/)
    expect(second.view.fleet(known)).toMatchObject({ full: true, counts: { total: 1, pass: 0, unknown: 1 } })
    second.feed().state('nodes', { status: 'unreachable', reason: 'refused', at: NOW, fresh: false })
    await second.forward(60)
    expect(second.observer.recorder.report('n1')).toMatchObject({ stale: true })
    expect(second.view.liveness().kube).toMatchObject({ state: 'down', reason: 'refused' })
    second.feed().upsert('nodes', 'u1', second.aNode('n1', 'm1'))
    second.live()
    await second.forward(4)
    expect(second.observer.recorder.report('n1')).toMatchObject({ state: 'pass', stale: false })
    expect(second.observer.recorder.report('n1')?.checks[0]?.summary).toContain('changed')
  })

  it('F-45: another machine under the same name starts anew', async () => {
    const { observer, forward, feed, aNode, live, view } = await start()
    feed().upsert('nodes', 'u1', aNode('n1', 'm1'))
    live()
    await forward(4)
    const since = observer.recorder.report('n1')?.checks[0]?.since
    feed().remove('nodes', 'u1')
    feed().upsert('nodes', 'u2', aNode('n1', 'm2'))
    await forward(4)
    expect(observer.recorder.report('n1')?.checks[0]?.since).not.toBe(since)
    expect((await view.node('n1'))?.timeline).toMatchObject([{ kind: 'identity', to: 'm2' }])
  })

  it('a node that leaves is gone everywhere', async () => {
    const { observer, forward, feed, aNode, live, view } = await start()
    feed().upsert('nodes', 'u1', aNode('n1', 'm1'))
    live()
    await forward(4)
    const before = observer.recorder.revision()
    feed().remove('nodes', 'u1')
    await forward(2)
    expect(view.fleet(before)).toMatchObject({ full: false, removed: ['n1'], counts: { total: 0 } })
    expect(observer.watch('n1')).toBeUndefined()
    expect(observer.model.nodeFact('n1', 'host')).toBeUndefined()
  })
})

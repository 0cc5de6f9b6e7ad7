import { describe, expect, it } from 'vitest'
import type { NodeTarget, NodeTransport, Section, SweepOptions, SweepResult } from '@/collectors/transport/types'
import { NOW } from '@/lib/engine/testing'
import { Sweeper } from './sweeper'

const section = (id: string, lane: 'fast' | 'slow'): Section => ({ id, read: { via: 'node', lane, script: ':' } })
const SECTIONS = [section('a.x', 'fast'), section('b.x', 'fast'), section('c.x', 'slow')]
const target = (node: string): NodeTarget => ({ node, address: '127.0.0.1', port: 22, user: 'cairn' })
const targets = (...names: string[]) => new Map(names.map((name) => [name, target(name)]))

interface Call {
  node: string
  ids: string[]
  options: SweepOptions
  end(ok?: boolean): void
}

/** A transport whose passes end when a test says so. */
function setUp() {
  const calls: Call[] = []
  const results: string[] = []
  const contacts: string[] = []
  const errors: unknown[] = []
  let steady = 0
  const transport: NodeTransport = {
    sweep: (at, sections, options) =>
      new Promise((resolve) => {
        const end = (ok = true) => {
          const result: SweepResult = {
            node: at.node,
            reach: { ok, stage: ok ? 'done' : 'tcp', durationMs: 1 },
            identity: null,
            sections: {},
            startedAt: NOW,
            durationMs: 1,
          }
          resolve(result)
        }
        options.signal?.addEventListener('abort', () => end(false))
        calls.push({ node: at.node, ids: sections.map(({ id }) => id), options, end })
      }),
    connections: () => 0,
    close: async () => undefined,
  }
  const sweeper = new Sweeper({
    transport,
    clock: { now: () => new Date(Date.parse(NOW) + steady) },
    steadyMs: () => steady,
    sections: (lane) => SECTIONS.filter(({ read }) => read.lane === lane),
    everySec: { fast: 300, slow: 600 },
    onContact: ({ node }) => contacts.push(node),
    onResult: async ({ node }, lane) => void results.push(`${node} ${lane}`),
    onProgress: () => undefined,
    onError: (error) => errors.push(error),
  })
  const tick = () => new Promise((resolve) => setImmediate(resolve))
  const forward = (ms: number) => {
    steady += ms
  }
  const open = () => calls.map(({ node, options }) => `${node} ${options.lane}`)
  return { sweeper, calls, results, contacts, errors, tick, forward, open }
}

describe('the sweeper', () => {
  it('reads the first fleet at once: one pass per node and lane, counted until the last fast one', async () => {
    const { sweeper, calls, contacts, open, tick } = setUp()
    sweeper.setTargets(targets('n1', 'n2'))
    expect(open()).toEqual(['n1 fast', 'n1 slow', 'n2 fast', 'n2 slow'])
    expect(contacts).toEqual(['n1', 'n1', 'n2', 'n2'])
    sweeper.setTargets(targets('n1', 'n2'))
    expect(calls).toHaveLength(4)
    calls[0]?.end()
    calls[2]?.end(false)
    await tick()
    expect(sweeper.current()).toMatchObject({ total: 2, done: 2, unreachable: 1, by: null })
    expect(sweeper.current()?.finishedAt).not.toBeNull()
  })

  it('a sweep does not wait for a node that leaves, and does not count a pass that began before it', async () => {
    const { sweeper, calls, tick } = setUp()
    sweeper.setTargets(targets('n1', 'n2'))
    for (const call of calls) call.end()
    await tick()
    sweeper.soon('n1')
    sweeper.sweepAll('ann')
    const early = calls.filter(({ node, options }) => node === 'n1' && options.lane === 'fast')[1]
    expect(sweeper.current()).toMatchObject({ done: 0, by: 'ann' })
    sweeper.setTargets(targets('n1'))
    expect(sweeper.current()).toMatchObject({ done: 1, finishedAt: null })
    early?.end()
    await tick()
    expect(sweeper.current()?.finishedAt).not.toBeNull()
  })

  it('answers the sweep under way', () => {
    const { sweeper, calls } = setUp()
    sweeper.setTargets(targets('n1'))
    const first = sweeper.current()
    expect(sweeper.sweepAll('ann')).toEqual(first)
    expect(calls).toHaveLength(2)
  })

  it('verifies during a pass; what is asked meanwhile is read once, after it', async () => {
    const { sweeper, calls, results, tick } = setUp()
    sweeper.setTargets(targets('n1'))
    expect(sweeper.verify('n1', ['a.x'])).toBe(true)
    expect(calls.at(-1)).toMatchObject({ ids: ['a.x'], options: { force: true } })
    for (let click = 0; click < 50; click += 1) sweeper.verify('n1', ['b.x'])
    expect(calls).toHaveLength(3)
    expect([...sweeper.verifying('n1')].sort()).toEqual(['a.x', 'b.x'])
    calls[2]?.end()
    await tick()
    expect(sweeper.verifying('n1')).toEqual(['b.x'])
    expect(calls).toHaveLength(4)
    expect(calls[3]?.ids).toEqual(['b.x'])
    calls[3]?.end()
    await tick()
    expect(calls).toHaveLength(4)
    expect(sweeper.verifying('n1')).toEqual([])
    expect(results).toEqual(['n1 fast', 'n1 fast'])
    expect(sweeper.verify('nobody', null)).toBe(false)
  })

  it('F-45: answers of a node that left, or was made anew, are nobody’s', async () => {
    const { sweeper, calls, results, tick } = setUp()
    sweeper.setTargets(targets('n1', 'n2'))
    sweeper.setTargets(targets('n2'))
    sweeper.setTargets(targets('n1', 'n2'))
    calls[0]?.end()
    calls[2]?.end()
    await tick()
    expect(results).toEqual(['n2 fast'])
  })

  it('stops without taking anything in', async () => {
    const { sweeper, results, errors } = setUp()
    sweeper.setTargets(targets('n1'))
    sweeper.verify('n1', null)
    await sweeper.stop()
    expect(results).toEqual([])
    expect(errors).toEqual([])
    expect(sweeper.verify('n1', null)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { fact, later, NOW } from '@/lib/engine/testing'
import type { ResourceState } from '@/lib/reach'
import { newWatch } from './node-watch'
import { reachFacts } from './reach-facts'

const resource = (id: string, status: ResourceState['status'], reason?: string): ResourceState => ({
  resource: id,
  collector: id,
  status,
  group: '',
  plural: id,
  ...(reason ? { reason } : {}),
})
const input = (more: Partial<Parameters<typeof reachFacts>[0]> = {}) => ({
  watch: newWatch(),
  sections: [],
  resources: [],
  kube: { server: 'https://api' },
  kubeProblem: null,
  review: null,
  facts: {},
  now: { now: NOW, steadyMs: 0 },
  ...more,
})
const nodeFact = (seconds: number) => ({
  ...fact(1, { at: later(-seconds) }),
  refs: [{ id: 'a.x', via: 'node' as const, status: 'ok' as const, at: later(-seconds) }],
})

describe('what is known of our own eyes', () => {
  it('the API is down only when nothing answers', () => {
    const down = [resource('pods', 'unreachable', 'refused'), resource('nodes', 'timeout')]
    expect(reachFacts(input({ resources: down })).api).toEqual({
      state: 'unreachable',
      reason: 'refused',
      server: 'https://api',
    })
    expect(reachFacts(input({ resources: [...down, resource('x', 'denied')] })).api.state).toBe('ok')
    expect(reachFacts(input({ kube: null })).api.state).toBe('off')
    expect(reachFacts(input({ kube: null, kubeProblem: 'no file' })).api).toMatchObject({
      state: 'unreachable',
      reason: 'no file',
    })
  })

  it('says nothing of SSH before it was tried, or where it is off', () => {
    expect(reachFacts(input()).ssh).toBeNull()
    const reach = { ok: false, stage: 'tcp' as const, code: 'SSH_REFUSED' as const, durationMs: 1 }
    const watch = { ...newWatch(), reach, failures: 3, address: '10.0.0.1', user: 'cairn' }
    expect(reachFacts(input({ watch })).ssh).toMatchObject({
      ok: false,
      code: 'SSH_REFUSED',
      failures: 3,
      address: '10.0.0.1',
    })
    expect(reachFacts(input({ watch: { ...watch, off: 'skipped' } })).ssh).toBeNull()
  })

  it('lists node facts past 15 minutes, in whole minutes', () => {
    const facts = { young: nodeFact(899), old: nodeFact(1_000), kube: fact(1, { at: later(-9_999) }) }
    expect(reachFacts(input({ facts })).stale).toEqual([{ fact: 'old', ageSec: 960, budgetSec: 900 }])
  })

  it('an optional read without its tool is no gap', () => {
    const read = { via: 'node' as const, lane: 'fast' as const, script: ':', optional: true, tool: 'nvidia-smi' }
    const mark = { status: 'absent' as const, cut: false, startedAt: NOW }
    const watch = { ...newWatch(), reads: new Map([['a.x', mark]]) }
    expect(
      reachFacts(
        input({
          watch,
          sections: [
            { id: 'a.x', read },
            { id: 'b.x', read },
          ],
        }),
      ).sections,
    ).toMatchObject([{ id: 'a.x', status: 'ok' }])
  })
})

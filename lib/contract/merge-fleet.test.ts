import { describe, expect, it } from 'vitest'
import type { Fleet } from './api'
import { mergeFleet } from './merge-fleet'

const node = (name: string, revision: number): Fleet['nodes'][number] => ({
  name,
  state: revision > 1 ? 'fail' : 'pass',
  firstBroken: null,
  cause: null,
  headline: '',
  levels: 'ppppppppnn',
  readAt: null,
  stale: false,
  revision,
  attributes: {},
})
const fleet = (patch: Partial<Fleet>): Fleet => ({
  revision: 1,
  full: true,
  cluster: { name: 'c', context: null, server: null },
  at: '2026-01-01T00:00:00Z',
  counts: { total: 3, pass: 3, warn: 0, fail: 0, blocked: 0, unknown: 0 },
  nodes: [node('b', 1), node('a', 1), node('c', 1)],
  removed: [],
  causes: [],
  sweep: null,
  liveness: { kube: { state: 'live', since: null }, ssh: { state: 'live', connections: 0 }, store: { state: 'ok' } },
  ...patch,
})
const shape = (merged: Fleet) => merged.nodes.map((entry) => `${entry.name}${entry.revision}`)

describe('mergeFleet', () => {
  it('changes in place, adds at the end, removes', () => {
    const merged = mergeFleet(
      fleet({}),
      fleet({ revision: 4, full: false, nodes: [node('a', 2), node('d', 3)], removed: ['c'] }),
    )
    expect(shape(merged)).toEqual(['b1', 'a2', 'd3'])
    expect(merged).toMatchObject({ revision: 4, full: true })
  })

  it('ignores what is older than what it has', () => {
    const have = fleet({ revision: 9, nodes: [node('a', 9)] })
    expect(mergeFleet(have, fleet({ revision: 5, full: false, nodes: [node('a', 5)] }))).toBe(have)
    expect(shape(mergeFleet(have, fleet({ revision: 10, full: false, nodes: [node('a', 5)] })))).toEqual(['a9'])
  })

  it('a full answer replaces everything', () => {
    expect(shape(mergeFleet(fleet({}), fleet({ revision: 2, nodes: [node('z', 1)] })))).toEqual(['z1'])
  })
})

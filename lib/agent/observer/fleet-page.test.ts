import { describe, expect, it } from 'vitest'
import { judged, later, NOW } from '@/lib/engine/testing'
import { buildPyramid } from '@/lib/pyramid'
import type { NodeCause, NodeReport } from '@/lib/report'
import { countStates, groupCauses, sharedAttributes, tileOf } from './fleet-page'

const aCause = (signature: string, explains: string[]): NodeCause => ({
  id: signature.split('~')[0] ?? '',
  signature,
  title: signature,
  level: 'drivers',
  scope: 'node',
  summary: signature,
  explains,
  fix: [],
  params: {},
})
function report(node: string, checks: NodeReport['checks'], causes: NodeCause[] = []): NodeReport {
  const rest = { headline: '', profile: null, bootId: null, readAt: null, stale: false, revision: 1 }
  return { node, ...buildPyramid(checks), checks, causes, ...rest }
}
const reports = [
  report('n1', [judged('a', 'fail', { since: later(60) })], [aCause('x~a=1', ['a'])]),
  report(
    'n2',
    [judged('a', 'fail', { since: later(-60) }), judged('b', 'warn')],
    [aCause('x~a=1', ['a']), aCause('y', ['b'])],
  ),
  report('n3', [judged('a', 'pass')]),
  report('n4', []),
]

describe('the fleet', () => {
  it('counters add up to the nodes', () => {
    const counts = countStates(reports)
    expect(counts).toEqual({ total: 4, pass: 1, warn: 0, fail: 2, blocked: 0, unknown: 1 })
    expect(counts.pass + counts.warn + counts.fail + counts.blocked + counts.unknown).toBe(counts.total)
  })

  it('groups causes by signature; each node is headlined once; a cause is as old as its oldest symptom', () => {
    const causes = groupCauses(reports)
    expect(causes).toMatchObject([
      { signature: 'x~a=1', id: 'x', nodeCount: 2, headlineCount: 2, since: later(-60) },
      { signature: 'y', nodeCount: 1, headlineCount: 0, since: NOW },
    ])
    expect(groupCauses([...reports].reverse())).toEqual(causes)
  })

  it('one letter a level on a tile', () => {
    const tile = tileOf(reports[0] ?? expect.fail(), { rack: 'r1' })
    expect(tile).toMatchObject({
      name: 'n1',
      state: 'fail',
      firstBroken: 'drivers',
      cause: 'x~a=1',
      attributes: { rack: 'r1' },
    })
    expect(tile.levels).toBe('uufuuuuunn')
  })

  it('says what the nodes of a cause share and the others do not', () => {
    const tile = (name: string, rack: string, kernel: string) => tileOf(report(name, []), { rack, kernel })
    const here = [tile('a', 'r1', 'k'), tile('b', 'r1', 'k'), tile('c', 'r1', 'k')]
    const there = [tile('d', 'r2', 'k'), tile('e', 'r2', 'k'), tile('f', 'r1', 'k')]
    expect(sharedAttributes(here, there)).toEqual([
      { attribute: 'rack', value: 'r1', here: 3, hereOf: 3, there: 1, thereOf: 3 },
    ])
    expect(sharedAttributes(here.slice(0, 2), there.slice(0, 2))).toEqual([])
  })
})

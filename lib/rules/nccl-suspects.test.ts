import { describe, expect, it } from 'vitest'
import collector from '@/collectors/run/nccl-pairs/collector'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import type { RunRecord } from '@/lib/collector'
import { exampleRows, exampleRun } from './examples/nccl'
import { suspectNodes, unexplainedGroups } from './nccl-suspects'

const SPEED = 370

/** A fleet in which some nodes are bad: every run with one of them is at half speed. */
function runs(
  pairs: readonly (readonly [string, string])[],
  bad: readonly string[],
  change: Partial<NcclRunResult> = {},
): RunRecord[] {
  return pairs.map((nodes, at) => ({
    runId: `run-${at}`,
    finishedAt: '2026-01-01T00:00:00Z',
    nodes,
    bootIds: {},
    result: exampleRun({ rows: exampleRows(nodes.some((node) => bad.includes(node)) ? SPEED / 2 : SPEED), ...change }),
  }))
}

const ring = (names: string): [string, string][] =>
  [...names].map((name, at) => [name, names[(at + 1) % names.length] ?? name])

describe('find the bad node', () => {
  it.each(['a', 'c', 'f'])('names %s and nobody else', (bad) => {
    const pairs = collector.fold(runs([...ring('abcdef'), ['a', 'd'], ['b', 'e'], ['c', 'f']], [bad]))
    expect(suspectNodes(pairs)).toMatchObject([{ node: bad, strength: 'proved' }])
  })

  it('a slow pair whose members are both good elsewhere blames neither', () => {
    const records = [...runs(ring('abcdef'), []), ...runs([['a', 'c']], ['a'])]
    const pairs = collector.fold(records)
    expect(suspectNodes(pairs)).toEqual([])
    expect(unexplainedGroups(pairs)).toHaveLength(1)
  })

  it('a single slow pair tells nothing', () => {
    const pairs = collector.fold(runs([['a', 'b']], ['b']))
    expect(suspectNodes(pairs)).toEqual([])
  })

  it('cut, cancelled and per-rail runs do not count, wrong results do', () => {
    const good = runs(ring('abcd'), [])
    expect(
      collector.fold([...runs([['a', 'x']], [], { complete: false, outcome: 'cut' }), ...good]).groups,
    ).toHaveLength(4)
    expect(collector.fold([...runs([['a', 'x']], [], { rail: 3 }), ...good]).groups).toHaveLength(4)
    const wrong = collector.fold([
      ...runs(
        [
          ['a', 'x'],
          ['b', 'x'],
        ],
        [],
        { wrongRows: 1 },
      ),
      ...good,
    ])
    expect(suspectNodes(wrong)).toMatchObject([{ node: 'x', strength: 'proved' }])
  })

  it('only the newest run of a pair counts', () => {
    const pairs = collector.fold([...runs(ring('abcd'), []), ...runs(ring('abcd'), ['c'])])
    expect(suspectNodes(pairs)).toEqual([])
  })
})

import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ALL_PAIRS_MAX, rdmaBudgetSec, rdmaRounds, rdmaSeconds, waitingMatrix } from './rdma-schedule'

const SIZES = [2, 3, 4, 5, 6, 7, 8, 9, 10, 63, 64]

describe('schedule of RDMA tests', () => {
  it('is the one that the pods work out for themselves', () => {
    const code = `import sys, json; sys.path.insert(0, 'lib/runs/program'); import rdma; print(json.dumps([rdma.rounds(n) for n in ${JSON.stringify(SIZES)}]))`
    const theirs: unknown = JSON.parse(execFileSync('python3', ['-B', '-c', code], { encoding: 'utf8' }))
    expect(SIZES.map(rdmaRounds)).toEqual(theirs)
  })

  it.each(SIZES)('%d nodes: each round uses a node once, every node sends and receives', (nodes) => {
    const rounds = rdmaRounds(nodes)
    for (const round of rounds) expect(new Set(round.flat()).size).toBe(2 * round.length)
    const pairs = rounds.flat()
    const unordered = new Set(pairs.map((pair) => [...pair].sort((a, b) => a - b).join()))
    if (nodes > 2) expect(unordered.size, 'no pair twice').toBe(pairs.length)
    if (nodes > 2 && nodes <= ALL_PAIRS_MAX) expect(pairs).toHaveLength((nodes * (nodes - 1)) / 2)
    for (let at = 0; at < nodes; at += 1) {
      expect(pairs.some(([client]) => client === at)).toBe(true)
      expect(pairs.some(([, server]) => server === at)).toBe(true)
    }
  })

  it('says what fits into a deadline', () => {
    expect(rdmaBudgetSec(900)).toBe(600)
    expect(rdmaBudgetSec(60)).toBe(30)
    expect(rdmaSeconds(8, 8, ['write-bw', 'write-lat'])).toBe(30 + 7 * 8 * 9)
    expect(rdmaSeconds(64, 8, ['rping'])).toBe(30 + 2 * 8 * 3)
  })

  it('begins with a matrix of cells that wait', () => {
    const { cells } = waitingMatrix(['a', 'b', 'c'], ['r0', 'r1'], ['write-bw'])
    expect(cells).toHaveLength(6)
    expect(new Set(cells.map((cell) => cell.status))).toEqual(new Set(['waiting']))
  })
})

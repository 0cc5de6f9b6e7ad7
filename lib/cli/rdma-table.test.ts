import { expect, it } from 'vitest'
import { waitingMatrix } from '@/lib/runs/rdma-schedule'
import { rdmaTable } from './rdma-table'

it('matrix of an RDMA run: a line a pair, a column a rail, what is not good in words', () => {
  const matrix = waitingMatrix(
    ['dgx030', 'dgx031'],
    ['nvidia.com/resibp24s0', 'nvidia.com/resibp64s0'],
    ['write-bw', 'rping'],
  )
  const cells = matrix.cells.map((cell, at) => {
    if (cell.test === 'rping')
      return {
        ...cell,
        status: at === 4 ? ('unknown' as const) : ('pass' as const),
        summary: 'No result: \u001b[31mred',
      }
    return at === 2
      ? { ...cell, status: 'fail' as const, bandwidthGbps: 203.1, summary: '203.1 Gb/s is 50.8 % of 400 Gb/s' }
      : { ...cell, status: 'pass' as const, bandwidthGbps: 391.8 }
  })
  expect(rdmaTable({ ...matrix, cells }).split('\n')).toEqual([
    'ib_write_bw, host memory (Gb/s)',
    '                 resibp24s0  resibp64s0',
    'dgx030 → dgx031  391.8       203.1 FAIL',
    'dgx031 → dgx030  391.8       391.8',
    '',
    'rping',
    '                 resibp24s0  resibp64s0',
    'dgx030 → dgx031  - ?         ok',
    'dgx031 → dgx030  ok          ok',
    '',
    'write-bw resibp64s0  dgx030 → dgx031  203.1 Gb/s is 50.8 % of 400 Gb/s',
    'rping resibp24s0     dgx030 → dgx031  No result: red',
    '',
  ])
})

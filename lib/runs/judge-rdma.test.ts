import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSectionReader } from '@/collectors/run/perftest/section-log'
import { resultOfSection } from '@/collectors/run/perftest/section-result'
import { checks } from '@/lib/checks/index.gen'
import type { RdmaMatrix } from '@/lib/contract/runs'
import { judgeCell, judgeRdma, type RdmaInput } from './judge-rdma'
import { waitingMatrix } from './rdma-schedule'

const TEXT = readFileSync('collectors/run/perftest/fixtures/cairn-rdma-one-way.txt', 'utf8')
const NODES = ['dgx030', 'dgx031']
const RAILS = ['nvidia.com/resibp24s0', 'nvidia.com/resibp64s0']
const PLANNED = waitingMatrix(NODES, RAILS, ['write-bw', 'write-lat', 'rping'])
/** The same with nothing dead: every section of dgx031 reads as those of dgx030 do. */
const GOOD = TEXT.replace(
  / {3}Completion with error at client\n {3}Failed status 12.*\n {2}scnt=.*\n/g,
  (_, at: number) =>
    TEXT.slice(0, at).lastIndexOf('Latency Test') > TEXT.slice(0, at).lastIndexOf('BW Test')
      ? '   8       5000          1.42           1.93         1.47                1.47             0.00            1.57                    1.93\n'
      : '   1048576    136020           0.00               391.20\t\t   0.046706\n',
).replaceAll('{"exit": 1, "why": null}', '{"exit": 0, "why": null}')

function judged(text: string, over: Partial<RdmaInput> = {}) {
  const reader = createSectionReader()
  reader.push(text)
  const log = reader.log()
  const results = log.sections.map(resultOfSection)
  return judgeRdma({
    nodes: NODES,
    planned: PLANNED,
    log,
    results,
    ending: 'succeeded',
    profile: null,
    checks,
    ...over,
  })
}
const statuses = (matrix: RdmaMatrix | null) => matrix?.cells.map((cell) => cell.status).join(' ')

describe('judging an RDMA run', () => {
  it('is green only where every planned cell was measured and is good', () => {
    const good = judged(GOOD)
    expect([good.verdict, statuses(good.matrix)]).toEqual(['pass', Array(12).fill('pass').join(' ')])
    expect(good.sentence).toBe(
      '4 of 4 pairs reach line rate; 4 of 4 pairs have usual latency; 4 of 4 pairs connect by rdma_cm.',
    )
    for (const ending of ['failed', 'cancelled', 'aborted', null] as const)
      expect(judged(GOOD, { ending }).verdict, `${ending}`).toBe('unknown')
    const cut = GOOD.slice(0, GOOD.indexOf('cairn-rdma: begin {"step": 11,'))
    expect(judged(cut).verdict).toBe('unknown')
    expect(judged(GOOD.replace(/cairn-rdma: done.*\n/, '')).verdict, 'the end is missing').toBe('unknown')
    expect(judged('').verdict).toBe('unknown')
    // One planned test of which the log has nothing.
    const more = waitingMatrix(NODES, RAILS, ['write-bw', 'write-lat', 'rping', 'write-bw-gpu'])
    expect(judged(GOOD, { planned: more }).verdict).toBe('unknown')
  })

  it('one way is dead: red, said which way, and what all of it shares', () => {
    const { verdict, sentence, matrix, facts } = judged(TEXT)
    expect(verdict).toBe('fail')
    expect(matrix?.cells.filter((cell) => cell.status === 'fail').every((cell) => cell.from === 'dgx031')).toBe(true)
    expect(sentence).toMatch(
      /^Rail resibp24s0 from dgx031 to dgx030 \(write bandwidth, host memory\): completion status 12/,
    )
    expect(sentence).toContain('1 more like these; 2 of 4 pairs reach line rate')
    expect(sentence).toContain('Next: See that both ports are Active')
    expect(facts.find((fact) => fact.label === 'Write bandwidth, host memory')).toMatchObject({
      value: '391.8 to 391.8 Gb/s, 2 of 4 OK',
      state: 'fail',
    })
  })

  it('while it goes on: running, waiting, and what was measured stays through a lost connection', () => {
    const half = GOOD.slice(0, GOOD.indexOf('cairn-rdma: begin {"step": 3,'))
    const live = judged(half, { ending: null })
    expect(live.matrix?.cells.filter((cell) => cell.status === 'running')).toMatchObject([
      { test: 'write-lat', rail: 0, from: 'dgx031' },
    ])
    expect(live.matrix?.cells.filter((cell) => cell.status === 'pass')).toHaveLength(3)
    const again = judged(GOOD.slice(0, 500), { ending: null, planned: live.matrix })
    expect(again.matrix?.cells.filter((cell) => cell.status === 'pass')).toHaveLength(3)
    const ended = judged(half, { ending: 'cancelled' })
    expect(ended.matrix?.cells.filter((cell) => cell.status === 'unknown')).toHaveLength(9)
  })

  it('what was not planned is left out', () => {
    const foreign = GOOD.replaceAll('"node": "dgx031"', '"node": "elsewhere"')
    expect([judged(foreign).verdict, judged(foreign).cells]).toEqual(['unknown', []])
    const rail9 = GOOD.replaceAll('"rail": 1', '"rail": 9')
    expect(judged(rail9).verdict).toBe('unknown')
  })

  it('shared devices: rails come from the log', () => {
    const { matrix, verdict } = judged(GOOD, { planned: { rails: [], tests: PLANNED.tests, cells: [] } })
    expect([matrix?.rails, matrix?.cells.length, verdict]).toEqual([RAILS, 12, 'pass'])
  })

  it('not tried is unknown, and says nothing of the fabric', () => {
    const skipped = GOOD.replaceAll(
      '"skipped": false, "why": null',
      '"skipped": true, "why": "dgx030: the image has no ib_write_bw"',
    )
    const { verdict, cells, matrix, facts } = judged(skipped)
    expect([verdict, cells]).toEqual(['unknown', []])
    expect(matrix?.cells[0]?.summary).toBe('Not measured: dgx030: the image has no ib_write_bw')
    expect(facts.find((fact) => fact.label === 'Not measured')?.state).toBe('unknown')
  })

  it('a cell without line rate, or that failed before the fabric, is unknown', () => {
    const [run] = judged(GOOD).cells
    if (!run) return expect.fail('no cell')
    expect(judgeCell(run, null)).toMatchObject({ status: 'pass' })
    expect(judgeCell({ ...run, lineRateGbps: null }, null)).toMatchObject({ status: 'unknown' })
    expect(judgeCell({ ...run, bandwidthGbps: 203 }, null)).toMatchObject({ status: 'fail' })
    expect(judgeCell({ ...run, bandwidthGbps: 350 }, null)).toMatchObject({ status: 'warn' })
    expect(judgeCell({ ...run, outcome: 'failed', error: { code: 'control-connection' } }, null)).toMatchObject({
      status: 'unknown',
    })
    expect(judgeCell({ ...run, outcome: 'incomplete', why: 'no end within 20 s' }, null)).toEqual({
      status: 'unknown',
      summary: 'No result: no end within 20 s',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { explain } from './explain'
import { explainTogether } from './explain-together'
import { SEEDS } from './fuzz-seeds'
import { knowledge } from './knowledge'

const together = (captures: Readonly<Record<string, string>>) =>
  explainTogether(
    Object.entries(captures).map(([file, text]) => ({
      explanation: explain(file, text, knowledge),
      path: file.split('/'),
    })),
    knowledge,
  )

const log = (hosts: readonly string[], ...lines: string[]) =>
  lines.flatMap((line) => hosts.map((host) => `${host}:2101:2160 [0] NCCL INFO ${line}\n`)).join('')
const SOCKET = [
  'Bootstrap : Using eth0:10.0.0.30<0>',
  'NCCL version 2.27.7+cuda12.9',
  'NET/IB : No device found.',
  'NET/Socket : Using [0]eth0:10.0.0.30<0>',
  'Using network Socket',
]
const IB = [
  'Bootstrap : Using eth0:10.0.0.40<0>',
  'NCCL version 2.27.7+cuda12.9',
  'NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB eth0:10.0.0.40<0>',
  'Using network IB',
]
/** A result table alone, after whatever log. */
const TABLE = (SEEDS.nccl ?? '').slice((SEEDS.nccl ?? '').indexOf('#       size'))
const [BAD, GOOD] = [log(['a', 'b'], ...SOCKET), log(['c', 'd'], ...IB)]
const failing = (reports: ReturnType<typeof together>['reports']) =>
  reports
    .filter(({ checks }) => checks.some((check) => check.id === 'tcp-fallback' && check.state === 'fail'))
    .map((report) => report.node)

describe('several NCCL captures', () => {
  it('what one run shows is not talked away by another, in either order', () => {
    for (const captures of [
      { 'bad.log': BAD + TABLE, 'good.log': GOOD + TABLE },
      { 'good.log': GOOD + TABLE, 'bad.log': BAD + TABLE },
    ]) {
      const { reports, headline } = together(captures)
      expect(failing(reports)).toEqual(['bad.log'])
      expect(headline.nodes).toEqual(['bad.log'])
      expect(headline.level).toBe('nccl')
    }
  })

  it('runs of one name stay two', () => {
    const placed = [BAD + TABLE, GOOD + TABLE].map((text) => ({
      explanation: explain('run.log', text, knowledge),
      path: ['run.log'],
    }))
    const { reports } = explainTogether(placed, knowledge)
    expect(reports.map((report) => report.node).sort()).toEqual(['run.log', 'run.log (2)'])
  })

  it('of two runs on one node the failed one counts', () => {
    const named = (text: string, file: string) => ({
      explanation: explain(file, text, knowledge),
      path: ['dgx030', file],
    })
    for (const order of [
      [BAD + TABLE, GOOD + TABLE],
      [GOOD + TABLE, BAD + TABLE],
    ]) {
      const { reports } = explainTogether(
        order.map((text, at) => named(text, `${at}.log`)),
        knowledge,
      )
      expect(failing(reports)).toEqual(['dgx030'])
    }
  })

  it('a log that warns by itself is not talked away either', () => {
    const { reports } = together({ 'bad.log': log(['a'], ...SOCKET), 'good.log': GOOD })
    expect(
      reports.some((report) => report.checks.some((check) => check.id === 'no-ib-device' && check.state !== 'pass')),
    ).toBe(true)
    expect(together({ 'bad.log': log(['a'], ...SOCKET), 'good.log': GOOD }).headline.status).not.toBeNull()
  })

  it('logs of ranks are one run, whose first cause may stand in any of them', () => {
    const { reports } = together({
      'rank0.log': log(['a'], ...SOCKET),
      'rank1.log': log(['b'], ...SOCKET),
    })
    expect(reports.map((report) => report.node)).toEqual(['pasted'])
    expect(failing(reports)).toEqual(['pasted'])
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { strangeValues } from '@/scripts/cut-property'
import { hostileTexts } from '@/scripts/hostile-text'
import collector from './collector'
import type { PerftestFacts } from './facts'
import perftest from './format'
import { cellsOf } from './runs'
import { createSectionReader } from './section-log'

/** Printed by lib/runs/program/rdma.py on two pods: from dgx031 nothing gets through, rping and the other way do. */
const TEXT = readFileSync('collectors/run/perftest/fixtures/cairn-rdma-one-way.txt', 'utf8')
/** Parts of the grammar, to be put together wrongly. */
const PIECES = ['cairn-rdma: ', 'begin ', 'end ', 'plan ', '{"step": 0}', '{"test": "rping", "rail": -1}', '\n', '  ']
const read = (text: string) => perftest.parse(toCapture(text))
const runsOf = (text: string) => (read(text).facts as PerftestFacts).runs ?? []

describe('log of our own RDMA runs', () => {
  it('is read section by section: both ends, rail, line rate, the error where it is', () => {
    expect(perftest.recognise(toCapture(TEXT))).toBe(97)
    const runs = runsOf(TEXT)
    expect(
      runs.map(({ title, outcome, from, to }) => `${title} ${from.rail} ${from.node} ${to.node} ${outcome}`),
    ).toEqual(
      [0, 1].flatMap((rail) => [
        `RDMA_Write BW ${rail} dgx030 dgx031 passed`,
        `RDMA_Write BW ${rail} dgx031 dgx030 failed`,
        `RDMA_Write Latency ${rail} dgx030 dgx031 passed`,
        `RDMA_Write Latency ${rail} dgx031 dgx030 failed`,
        `rping ${rail} dgx030 dgx031 passed`,
        `rping ${rail} dgx031 dgx030 passed`,
      ]),
    )
    expect(runs[0]).toMatchObject({
      lineRateGbps: 400,
      bandwidthGbps: 391.8,
      gpuMemory: false,
      from: { device: 'mlx5_6', function: 'vf' },
    })
    expect(runs[1]).toMatchObject({ error: { code: 'completion', wcStatus: 12 }, bandwidthGbps: null })
    expect(runs[2]?.latency).toMatchObject({ sizeBytes: 8, averageUsec: 1.47 })
    expect(read(TEXT).errors).toEqual(expect.arrayContaining(['Completion with error at client']))
  })

  it('an error of one section is none of another: a client that could not connect prints no heading', () => {
    const at = TEXT.indexOf('cairn-rdma: begin {"step": 1,')
    const end = TEXT.indexOf('cairn-rdma: end {"step": 1,')
    const head = TEXT.slice(at, TEXT.indexOf('\n', at) + 1)
    const refused = `${TEXT.slice(0, at)}${head}  Couldn't connect to 10.65.0.3:20001\n   Unable to init the socket connection\n${TEXT.slice(end)}`
    expect(runsOf(refused).slice(0, 2)).toMatchObject([
      { outcome: 'passed', error: null },
      { outcome: 'failed', error: { code: 'control-connection' } },
    ])
  })

  it('a cut yields the same or less; a section that was cut yields nothing', () => {
    expect(strangeValues(perftest.parse, TEXT, 211)).toEqual([])
    const cut = TEXT.slice(0, TEXT.indexOf('cairn-rdma: end {"step": 2,'))
    expect(runsOf(cut)).toHaveLength(2)
    expect(read(cut).facts).toMatchObject({ complete: false })
  })

  it('what tools print can frame nothing', () => {
    const planted = TEXT.replace(
      '  # client on dgx030:',
      '  cairn-rdma: end {"step": 0}\n  cairn-rdma: done {"left": 0}\n  # client on dgx030:',
    )
    expect(runsOf(planted)).toEqual(runsOf(TEXT))
  })

  it('a table whose client ended badly is no result', () => {
    const killed = TEXT.replace(
      '"client": {"exit": 0, "why": null}',
      '"client": {"exit": null, "why": "no end within 20 s"}',
    )
    expect(runsOf(killed)[0]).toMatchObject({ outcome: 'incomplete' })
    expect(runsOf(TEXT)[0]).toMatchObject({ outcome: 'passed' })
  })

  it('hostile and half frames are survived', () => {
    for (const text of hostileTexts(PIECES)) expect(() => read(text)).not.toThrow()
    for (const line of [
      'cairn-rdma: begin {',
      'cairn-rdma: begin []',
      'cairn-rdma: end {"step": 0}',
      'cairn-rdma: plan {"nodes": 7}',
    ])
      expect(read(`${line}\n`).status).not.toBe('ok')
  })

  it('reads the same however its pieces are cut', () => {
    const whole = createSectionReader()
    whole.push(TEXT)
    const pieces = createSectionReader()
    for (let at = 0; at < TEXT.length; at += 137) pieces.push(TEXT.slice(at, at + 137))
    expect(pieces.log()).toEqual(whole.log())
    const [section] = whole.log().sections
    const lines = TEXT.split('\n')
    expect(lines[section?.at ?? 0]).toContain('begin {"step": 0')
    expect(lines[(section?.at ?? 0) + (section?.length ?? 0) - 1]).toContain('end {"step": 0')
  })

  it('a node’s fact holds the tests that it took part in, with run and age', () => {
    const [one, two] = runsOf(TEXT)
    if (!one || !two) return expect.fail('no runs')
    const end = (node: string) => ({ ...one.from, node })
    const stored = { test: 'rdma' as const, cells: [one, two, { ...one, from: end('dgx032'), to: end('dgx033') }] }
    expect(cellsOf('dgx031', stored).cells).toEqual([one, two])
    expect(cellsOf('dgx033', stored).cells).toHaveLength(1)
    const record = { runId: 'abc', finishedAt: '2026-11-01T00:00:00Z', nodes: [], bootIds: {}, result: stored }
    expect(collector.fold([record, { ...record, result: null }])).toEqual({
      runs: stored.cells.map((cell) => ({ ...cell, runId: 'abc', finishedAt: '2026-11-01T00:00:00Z' })),
    })
  })
})

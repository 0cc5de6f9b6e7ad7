import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createNcclReader } from '@/collectors/run/nccl-tests/reader'
import { type NcclRunResult, runOfCapture } from '@/collectors/run/nccl-tests/runs'
import lowBusBandwidth from '@/lib/checks/nccl/low-bus-bandwidth'
import errorSignature from '@/lib/checks/nccl/nccl-error-signature'
import runIncomplete from '@/lib/checks/nccl/run-incomplete'
import tcpFallback from '@/lib/checks/nccl/tcp-fallback'
import wrongResults from '@/lib/checks/nccl/wrong-results'
import { toCapture } from '@/lib/explain/capture'
import { exampleRun } from './examples/nccl'
import { exampleProfile } from './examples/nccl-profile'

const SAMPLES = join(process.env.CAIRN_SAMPLES ?? '../shared/samples', 'nccl')
const NOBODY = { node: null, profile: null }

function runOf(text: string): NcclRunResult {
  const reader = createNcclReader()
  reader.push(text)
  return runOfCapture(reader.facts())
}
const sample = (file: string) => toCapture(readFileSync(join(SAMPLES, file), 'utf8')).text
const facts = (run: NcclRunResult) => ({ ncclRuns: { runs: [run] } })

describe.skipIf(!existsSync(SAMPLES))('verdicts on captures', () => {
  it('an average of 392 GB/s over all sizes is a healthy plateau of 714 (nccl.md §4.1)', () => {
    const run = runOf(sample('k8s-b200-sriov-sharp-2node.log'))
    expect(run.averageBusbwGBps).toBeCloseTo(391.971)
    expect(lowBusBandwidth.run(facts(run), { node: null, profile: exampleProfile(690) }).status).toBe('pass')
  })

  it('a run that ended OK although a port died is not clean', () => {
    const verdict = errorSignature.run(facts(runOf(sample('port-failover-run-still-ok.log'))), NOBODY)
    expect(verdict).toMatchObject({ status: 'warn' })
    expect(JSON.stringify(verdict)).toContain('mlx5_11')
  })

  it('side-by-side runs without MPI are no slow fabric', () => {
    const run = runOf(sample('built-without-mpi-zero-busbw.log'))
    expect(lowBusBandwidth.run(facts(run), { node: null, profile: exampleProfile(690) }).status).toBe('lacking')
    expect(runIncomplete.run(facts(run), NOBODY).status).toBe('warn')
  })

  it.each([
    'roce-retry-exceeded-hca-225.log',
    'wrong-results-one-size.log',
    'k8s-b200-sriov-sharp-2node.log',
    'mixed-net-device-counts-7-vs-8.log',
  ])('cut after any line, %s is never whole, right or fast enough', (file) => {
    const lines = sample(file).split('\n')
    const footer = lines.findIndex((line) => line.includes('Out of bounds'))
    for (let at = 0; at < (footer < 0 ? lines.length : footer); at++) {
      const run = runOf(lines.slice(0, at).join('\n'))
      for (const check of [runIncomplete, wrongResults, lowBusBandwidth, errorSignature]) {
        expect(
          check.run(facts(run), { node: null, profile: exampleProfile(1) }).status,
          `${check.id} after ${at} lines`,
        ).not.toBe('pass')
      }
    }
  })
})

describe('verdicts that a naive rule gets wrong', () => {
  it('sockets on one node are no fault, whatever the log says', () => {
    expect(
      tcpFallback.run(facts(exampleRun({ nodes: 1, networks: ['Socket'], transport: 'Socket' })), NOBODY).status,
    ).toBe('skip')
  })

  it('wrong results fail a run that is fast, complete and OK for its launcher', () => {
    const run = exampleRun({ wrongRows: 1, outcome: 'succeeded' })
    expect(wrongResults.run(facts(run), NOBODY).status).toBe('fail')
  })

  it('without a profile nothing passes or fails by bandwidth, however good or bad', () => {
    for (const plateau of [700, 350, 20]) {
      const rows = exampleRun().rows.map((row) => ({
        ...row,
        outOfPlace: { ...row.outOfPlace, busbwGBps: plateau },
        inPlace: { ...row.inPlace, busbwGBps: plateau },
      }))
      expect(['lacking', 'warn']).toContain(lowBusBandwidth.run(facts(exampleRun({ rows })), NOBODY).status)
    }
  })

  it('a per-rail run is not compared with all rails', () => {
    const rail = exampleRun({ rail: 2 })
    expect(
      lowBusBandwidth.run({ ncclRuns: { runs: [rail] } }, { node: null, profile: exampleProfile(690) }).status,
    ).toBe('lacking')
  })
})

import { describe, expect, it } from 'vitest'
import { exampleRun } from '@/lib/rules/examples/nccl'
import { provingRun, staleReason } from './facts'
import type { RunRecordBody } from './record'

const NOW = new Date('2026-11-21T13:00:00Z')
const AS_IS = { bootId: 'boot-1', versions: { firmware: '28.43', driver: '580' } }

function record(change: Partial<RunRecordBody> = {}): RunRecordBody {
  return {
    id: 'r1',
    title: 't',
    preset: 'nccl-2-nodes',
    kind: 'nccl',
    collective: 'all_reduce',
    algorithm: 'auto',
    launcher: 'job',
    parent: null,
    railNames: [],
    onlyRail: null,
    about: null,
    searching: null,
    environment: [],
    matrix: null,
    search: null,
    state: 'succeeded',
    phase: 'done',
    waiting: null,
    nodes: ['a', 'b'],
    gpusPerNode: 8,
    rails: 8,
    image: 'i',
    namespace: 'cairn-runs',
    by: 'anna',
    createdAt: '2026-11-21T12:00:00Z',
    startedAt: '2026-11-21T12:01:00Z',
    finishedAt: '2026-11-21T12:05:00Z',
    deadlineAt: '2026-11-21T12:15:00Z',
    expected: { busbwGBpsLow: 680, busbwGBpsHigh: 680, reasoning: 'r' },
    verdict: 'pass',
    sentence: '691 GB/s',
    facts: [],
    firstError: null,
    cleanup: 'gone',
    hash: 'h',
    jobUid: 'u',
    createTriedAt: null,
    created: true,
    bootIds: { a: 'boot-1' },
    versions: { a: { firmware: '28.43', driver: '580' } },
    nodeByHost: {},
    overridden: null,
    ending: 'succeeded',
    result: exampleRun({ transport: 'IB' }),
    logLines: 1,
    ...change,
  }
}

describe('what a run says of a node later', () => {
  it('counts only for the same boot, driver and firmware', () => {
    expect(staleReason(record(), 'a', AS_IS)).toBeNull()
    expect(staleReason(record(), 'a', { ...AS_IS, bootId: 'boot-2' })).toContain('booted since')
    expect(staleReason(record(), 'a', { ...AS_IS, versions: { firmware: '28.44' } })).toContain('28.43 to 28.44')
    expect(staleReason(record(), 'a', { bootId: null, versions: {} }), 'unknown now is no change').toBeNull()
  })

  it('proves only what two nodes showed over the fabric, lately, as the newest result', () => {
    const proof = (records: RunRecordBody[], identity = AS_IS, now = NOW) => provingRun(records, 'a', identity, now)
    expect(proof([record()])).toMatchObject({ runId: 'r1' })
    expect(proof([record()], { ...AS_IS, bootId: 'boot-2' })).toBeNull()
    expect(proof([record()], AS_IS, new Date('2026-11-29T13:00:00Z'))).toBeNull()
    expect(proof([record({ nodes: ['a'] })])).toBeNull()
    expect(proof([record({ expected: null })])).toBeNull()
    expect(proof([record({ result: exampleRun({ transport: 'Socket' }) })])).toBeNull()
    const later = { id: 'r2', finishedAt: '2026-11-21T12:30:00Z' }
    expect(proof([record(), record({ ...later, ending: 'failed', state: 'failed', verdict: 'fail' })])).toBeNull()
    const aborted = record({ ...later, ending: 'aborted', state: 'aborted', verdict: 'unknown' })
    expect(proof([record(), aborted]), 'a worker that was taken away says nothing').toMatchObject({ runId: 'r1' })
  })
})

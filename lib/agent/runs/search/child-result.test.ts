import { describe, expect, it } from 'vitest'
import { exampleRows, exampleRun } from '@/lib/rules/examples/nccl'
import type { SearchSetup } from '@/lib/runs/search/manifest'
import { searchManifest } from '@/lib/runs/search/manifest'
import { freshSearch } from '@/lib/runs/search/testing'
import { filesOf } from '../program'
import type { RunRecordBody } from '../record'
import { childRun, whyChanged } from './child'
import { childResult } from './child-result'
import type { SearchProgress } from './progress'

const SETUP: SearchSetup = {
  namespace: 'cairn-runs',
  nodes: ['a', 'b'],
  hostnames: ['a', 'b'],
  gpusPerNode: 8,
  rails: [{ resource: 'nvidia.com/r0', network: 'default/n0' }],
  shared: null,
  image: 'i',
  priorityClass: 'p',
  launcher: 'job',
  collective: 'all_reduce',
  beginBytes: 1024 ** 3,
  endBytes: 8 * 1024 ** 3,
  iterations: 20,
  deadlineSec: { alone: 420, group: 240 },
}
const PROGRESS: SearchProgress = { of: null, setup: SETUP, state: freshSearch({ nodes: ['a', 'b'] }) }
const NOW = new Date('2026-11-21T12:00:00Z')

/** A pair that ran for a minute and is over. */
function pair(change: Partial<RunRecordBody> = {}): RunRecordBody {
  const search = { id: 'search', by: 'anna', overridden: null } as RunRecordBody
  const { record } = childRun(search, PROGRESS, { runId: 'child', nodes: ['a', 'b'], rail: null, about: null }, [], NOW)
  const ended = { state: 'succeeded', ending: 'succeeded', jobUid: 'u', startedAt: NOW.toISOString() } as const
  const result = exampleRun({ rows: exampleRows(390), outcome: 'succeeded' })
  return { ...record, ...ended, finishedAt: '2026-11-21T12:01:00Z', result, ...change }
}

describe('what a run says of its nodes', () => {
  it('nothing while it goes on', () => {
    expect(childResult(pair({ state: 'cleaning' }))).toBeNull()
  })

  it('its plateau, and what it cost', () => {
    expect(childResult(pair())).toMatchObject({
      outcome: 'measured',
      busbwGBps: expect.closeTo(390, -1),
      gpuMinutes: 16,
    })
  })

  it('failed only when it had started: a refusal says nothing of nodes, and costs nothing', () => {
    const failed = { state: 'failed', ending: 'failed', result: null, firstError: 'NCCL error' } as const
    expect(childResult(pair(failed))).toMatchObject({ outcome: 'failed', why: 'NCCL error', busbwGBps: null })
    const refused = { ...failed, startedAt: null, jobUid: null, firstError: 'quota exceeded' }
    expect(childResult(pair(refused))).toMatchObject({ outcome: 'void', why: 'quota exceeded', gpuMinutes: 0 })
  })

  it('wrong results fail, whatever the bandwidth', () => {
    const result = exampleRun({ rows: exampleRows(390), outcome: 'succeeded', wrongRows: 1 })
    expect(childResult(pair({ result }))).toMatchObject({ outcome: 'failed', why: 'wrong results' })
  })

  it('cut by its deadline: what was measured counts, nothing measured is a failure', () => {
    const late = { state: 'aborted', ending: 'aborted', finishedAt: '2026-11-21T12:04:30Z' } as const
    const cut = exampleRun({ rows: exampleRows(3), complete: false, outcome: 'cut' })
    expect(childResult(pair({ ...late, result: cut }))).toMatchObject({
      outcome: 'measured',
      busbwGBps: expect.closeTo(3, 0),
    })
    expect(childResult(pair({ ...late, result: null }))).toMatchObject({ outcome: 'failed' })
  })

  it('evicted or cancelled: nothing', () => {
    const gone = { state: 'aborted', ending: 'aborted', result: null, sentence: 'A worker was evicted.' } as const
    expect(childResult(pair(gone))).toMatchObject({ outcome: 'void', why: 'A worker was evicted.' })
  })
})

describe('before a run is started', () => {
  it('the template must still be the confirmed one', () => {
    const work = { kind: 'nccl', launcher: 'job', collective: 'all_reduce', algorithm: 'ring' } as const
    const files = filesOf({ ...work, beginBytes: 1, endBytes: 1, iterations: 1 })
    const confirmed = searchManifest(SETUP, files, PROGRESS.state)
    expect(whyChanged(PROGRESS, confirmed)).toBeNull()
    expect(whyChanged({ ...PROGRESS, setup: { ...SETUP, image: 'other' } }, confirmed)).toContain('something else')
    expect(whyChanged(PROGRESS, confirmed.replace('drop:', 'keep:'))).toContain('something else')
  })
})

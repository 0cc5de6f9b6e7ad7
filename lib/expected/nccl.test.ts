import { describe, expect, it } from 'vitest'
import type { NcclRow } from '@/collectors/run/nccl-tests/facts'
import { exampleRows } from '@/lib/rules/examples/nccl'
import { exampleProfile } from '@/lib/rules/examples/nccl-profile'
import { type AllReduceSetup, expectedAllReduce, gradeOf } from './nccl'
import { plateauOf, shapeOf } from './nccl-curve'

const SETUP: AllReduceSetup = {
  profile: null,
  gpuModel: 'NVIDIA H100 80GB HBM3',
  nodes: 2,
  gpusPerNode: 8,
  rails: 8,
  railRateGbps: 400,
  sharp: null,
  ringForced: false,
}

/** Published plateaus on healthy systems (nccl.md §4.2). */
describe('the model holds what others measured', () => {
  it.each<[string, Partial<AllReduceSetup>, number]>([
    ['A100, one node', { gpuModel: 'NVIDIA A100-SXM4-80GB', nodes: 1 }, 235.3],
    ['A100, 8 x 200G IB, two nodes', { gpuModel: 'NVIDIA A100-SXM4-40GB', railRateGbps: 200 }, 188.7],
    ['A100, 8 x 200G, four nodes', { gpuModel: 'NVIDIA A100-SXM4-40GB', railRateGbps: 200, nodes: 4 }, 191.6],
    ['H100, one node', { nodes: 1 }, 480.2],
    ['H100 IB, two nodes', {}, 468.5],
    ['H100 RoCE, two nodes', {}, 471.2],
    ['H100, four nodes', { nodes: 4 }, 366],
    ['H100 with SHARP, twelve nodes', { nodes: 12, sharp: 'active' }, 386.6],
    ['B200 IB, two nodes', { gpuModel: 'NVIDIA B200' }, 702.9],
    ['B200 RoCE, two nodes', { gpuModel: 'NVIDIA B200' }, 683.5],
  ])('%s: healthy', (_name, change, measured) => {
    const expected = expectedAllReduce({ ...SETUP, ...change })
    expect(gradeOf(measured / (expected?.lowGBps ?? Number.NaN))).toBe('ok')
    expect(measured).toBeLessThan((expected?.highGBps ?? 0) * 1.05)
    expect(expected?.sources.length).toBeGreaterThan(0)
  })

  it('says nothing of hardware it does not know', () => {
    expect(expectedAllReduce({ ...SETUP, gpuModel: 'Tesla T4' })).toBeNull()
    expect(expectedAllReduce({ ...SETUP, gpuModel: 'NVIDIA GB200' })).toBeNull()
    expect(expectedAllReduce({ ...SETUP, gpusPerNode: 4 })).toBeNull()
    expect(expectedAllReduce({ ...SETUP, nodes: null })).toBeNull()
  })

  it('a forced ring gets no tree bonus, so 380 on two H100 nodes is right for it and wrong without', () => {
    const ring = expectedAllReduce({ ...SETUP, ringForced: true })
    const tree = expectedAllReduce(SETUP)
    expect(gradeOf(366 / (ring?.lowGBps ?? 1))).toBe('ok')
    expect(gradeOf(366 / (tree?.lowGBps ?? 1))).not.toBe('ok')
  })

  it('a profile decides before the model; a size it lacks is not guessed from two nodes', () => {
    expect(expectedAllReduce({ ...SETUP, profile: exampleProfile(690) })).toMatchObject({
      basis: 'profile',
      lowGBps: 690,
    })
    expect(expectedAllReduce({ ...SETUP, profile: exampleProfile(690), nodes: 64 })).toMatchObject({ lowGBps: 370 })
    expect(expectedAllReduce({ ...SETUP, profile: exampleProfile(690), nodes: 3 })?.basis).toBe('model')
  })
})

describe('plateau and shape', () => {
  it('is the median of large sizes, not the average of all', () => {
    expect(plateauOf(exampleRows(700))?.busbwGBps).toBeGreaterThan(680)
    const mean = exampleRows(700).reduce((total, row) => total + (row.outOfPlace.busbwGBps ?? 0), 0) / 14
    expect(mean).toBeLessThan(480)
  })

  it('one torn placement does not pull it down; small tables have none', () => {
    const rows = exampleRows(700).map(
      (row, at): NcclRow => (at === 12 ? { ...row, inPlace: { ...row.inPlace, busbwGBps: 200 } } : row),
    )
    expect(plateauOf(rows)?.busbwGBps).toBeGreaterThan(680)
    expect(plateauOf(exampleRows(700).slice(0, 8))).toBeNull()
  })

  it('a test range that ends on the slope says that it rises', () => {
    expect(plateauOf(exampleRows(700).slice(0, 11))?.rising).toBe(false)
    const slope = exampleRows(700).map((row, at) => ({
      ...row,
      outOfPlace: { ...row.outOfPlace, busbwGBps: at * 50 },
      inPlace: { ...row.inPlace, busbwGBps: at * 50 },
    }))
    expect(plateauOf(slope)?.rising).toBe(true)
  })

  it('knows TCP by its flatness and collapse by two sizes below', () => {
    expect(shapeOf(exampleRows(3.2, 2))).toBe('tcp-like')
    expect(shapeOf(exampleRows(47))).toBeNull()
    const broken = exampleRows(380).map((row, at) =>
      at < 7
        ? row
        : { ...row, outOfPlace: { ...row.outOfPlace, busbwGBps: 20 }, inPlace: { ...row.inPlace, busbwGBps: 20 } },
    )
    expect(shapeOf(broken)).toBe('collapse')
  })
})

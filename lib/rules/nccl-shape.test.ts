import { describe, expect, it } from 'vitest'
import type { NcclRow } from '@/collectors/run/nccl-tests/facts'
import { type AllReduceSetup, expectedAllReduce } from '@/lib/expected/nccl'
import { exampleProfile } from './examples/nccl-profile'
import { recogniseShape, type ShapeFacts, type ShapeFinding, shapesOf } from './nccl-shape'

const MIB = 1024 * 1024
const MODELS = {
  A100: 'NVIDIA A100-SXM4-80GB',
  H100: 'NVIDIA H100 80GB HBM3',
  B200: 'NVIDIA B200',
} as const

/** Rows from busbw by size in MiB, as the table of nccl.md §4.4 gives them. */
function rowsOf(curve: readonly (readonly [number, number])[]): NcclRow[] {
  return curve.map(([mib, busbwGBps]) => {
    const half = { timeUsec: 1, algbwGBps: busbwGBps / 1.875, busbwGBps, wrong: 0 }
    return { sizeBytes: mib * MIB, outOfPlace: half, inPlace: half }
  })
}

/** A curve that levels out at a plateau, half of it reached at 35 MiB. */
const levelling = (plateau: number): NcclRow[] =>
  rowsOf(
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192].map((mib) => [mib, (plateau * mib) / (mib + 35)]),
  )

const FACTS: ShapeFacts = {
  nodes: 2,
  ranks: 16,
  gpuModel: MODELS.H100,
  networks: ['IB'],
  transport: 'IB',
  hosts: [],
  gpuDirect: null,
  sharp: null,
  sharpRequested: null,
  complete: true,
  wrongRows: 0,
  cpuTime: false,
}

function expectation(gpu: keyof typeof MODELS, changes: Partial<AllReduceSetup> = {}) {
  return expectedAllReduce({
    profile: null,
    gpuModel: MODELS[gpu],
    nodes: 2,
    gpusPerNode: 8,
    rails: null,
    railRateGbps: null,
    sharp: null,
    ringForced: false,
    ...changes,
  })
}

function shape(gpu: keyof typeof MODELS, plateau: number, facts: Partial<ShapeFacts> = {}): ShapeFinding | null {
  const nodes = facts.nodes ?? 2
  const expected = expectation(gpu, { nodes, sharp: facts.sharp ?? null })
  return recogniseShape(levelling(plateau), expected, { ...FACTS, gpuModel: MODELS[gpu], nodes, ...facts })
}

describe('healthy plateaus of nccl.md §4.2 give no fault', () => {
  it.each<[string, keyof typeof MODELS, number, Partial<ShapeFacts>]>([
    ['A100, one node', 'A100', 235.3, { nodes: 1 }],
    ['A100, two nodes', 'A100', 188.7, {}],
    ['A100, four nodes', 'A100', 191.6, { nodes: 4 }],
    ['H100, one node', 'H100', 480.2, { nodes: 1 }],
    ['H100 IB, two nodes', 'H100', 468.5, {}],
    ['H100 RoCE, two nodes', 'H100', 471.2, { transport: 'RoCE' }],
    ['H100, four nodes', 'H100', 366, { nodes: 4 }],
    ['H100 with SHARP, twelve nodes', 'H100', 386.6, { nodes: 12, sharp: 'active' }],
    ['B200 IB, two nodes', 'B200', 702.9, {}],
    ['B200 RoCE, two nodes', 'B200', 683.5, { transport: 'RoCE' }],
  ])('%s', (_name, gpu, plateau, facts) => {
    expect(shape(gpu, plateau, facts)?.fault ?? false).toBe(false)
  })

  it('above the line rate is explained, not suspected: a tree of two nodes, SHARP of many', () => {
    expect(shape('B200', 702.9)).toMatchObject({ id: 'above-line-rate', fault: false })
    expect(shape('B200', 702.9)?.words).toContain('tree of two nodes')
    expect(shape('H100', 430, { nodes: 8, sharp: 'active' })?.words).toContain('SHARP reduces in the switches')
  })
})

describe('what nccl.md §4.5 recognises', () => {
  it.each<[string, ShapeFinding['id'], keyof typeof MODELS, number, Partial<ShapeFacts>]>([
    ['one NIC of eight, B200 tree (sample: 86.2)', 'one-rail', 'B200', 86.2, {}],
    ['one NIC of eight, H100, whose own cap hides the eighth', 'one-rail', 'H100', 88, {}],
    ['one NIC of eight as a ring', 'one-rail', 'H100', 46, { nodes: 4 }],
    ['seven of eight', 'rail-missing', 'B200', 604, {}],
    ['seven of eight on four nodes (sample: 328)', 'rail-missing', 'H100', 322, { nodes: 4 }],
    ['ring on two H100 nodes (370 to 390 instead of 470)', 'ring-not-tree', 'H100', 380, {}],
    ['ring on two B200 nodes (390)', 'ring-not-tree', 'B200', 390, {}],
    ['half with everything green (231 of 470, nccl #2409)', 'half', 'H100', 231, {}],
    ['half of A100', 'half', 'A100', 94, {}],
    ['no GPUDirect (10 of 180, nccl #1676)', 'no-gdr', 'A100', 10.4, { gpuDirect: 'unused' }],
    ['no GPUDirect outranks "half"', 'no-gdr', 'H100', 231, { gpuDirect: 'unused' }],
    ['a host that lists one device', 'one-rail', 'B200', 86.2, { hosts: [{ name: 'w0', nicCount: 1 }] }],
    [
      'one host with fewer than the other',
      'rail-missing',
      'B200',
      600,
      {
        hosts: [
          { name: 'w0', nicCount: 8 },
          { name: 'w1', nicCount: 7 },
        ],
      },
    ],
    ['SHARP fell back', 'sharp-fell-back', 'H100', 330, { nodes: 8, sharp: 'failed', sharpRequested: true }],
    ['NVLS off in one H100 node', 'nvls-off', 'H100', 368, { nodes: 1 }],
    ['PCIe instead of NVLink in one node', 'no-nvlink', 'H100', 42, { nodes: 1 }],
    ['launch times (20 000 GB/s)', 'above-physics', 'H100', 20_000, {}],
    ['cut log: incomplete, not slow', 'incomplete', 'H100', 231, { complete: false }],
    ['wrong results come first', 'wrong-results', 'H100', 231, { wrongRows: 1, networks: ['Socket'] }],
    ['sockets, whatever the number', 'tcp', 'H100', 470, { networks: ['Socket'], transport: 'Socket' }],
  ])('%s: %s', (_name, id, gpu, plateau, facts) => {
    expect(shape(gpu, plateau, facts)?.id).toBe(id)
  })

  it('TCP by its curve alone, also where the hardware is unknown', () => {
    const ipoib = rowsOf([
      [1, 1.2],
      [8, 2.83],
      [64, 3.1],
      [256, 3.1],
      [1024, 3.1],
      [8192, 3.15],
    ])
    expect(recogniseShape(ipoib, null, { ...FACTS, networks: [], gpuModel: null })?.id).toBe('tcp')
  })

  it('collapse after 32 MiB (29 to 5 GB/s, nccl #1453)', () => {
    const rows = rowsOf([
      [1, 6],
      [8, 20],
      [32, 29],
      [64, 5],
      [128, 5],
      [1024, 5],
    ])
    expect(recogniseShape(rows, null, FACTS)?.id).toBe('collapse')
  })
})

describe('what a naive rule would get wrong', () => {
  it('a small maximum size says nothing of the plateau', () => {
    const small = rowsOf([
      [1, 22.6],
      [8, 101.8],
      [64, 266.4],
    ])
    expect(recogniseShape(small, expectation('H100'), FACTS)).toMatchObject({ id: 'latency-bound', fault: false })
  })

  it('a curve still rising at its end is not slow', () => {
    const rising = rowsOf([
      [64, 120],
      [128, 180],
      [256, 240],
      [512, 300],
      [1024, 380],
    ])
    expect(recogniseShape(rising, expectation('H100'), FACTS)).toMatchObject({ id: 'latency-bound', fault: false })
  })

  it('four NICs on every host are another design, not missing rails, unless somebody said eight', () => {
    const hosts = [
      { name: 'a', nicCount: 4 },
      { name: 'b', nicCount: 4 },
    ]
    const ids = (profile: AllReduceSetup['profile']) =>
      shapesOf(levelling(250), expectation('H100', { profile }), { ...FACTS, hosts }).map(({ id }) => id)
    expect(ids(null)).not.toContain('rail-missing')
    expect(ids(exampleProfile(690))).toContain('rail-missing')
  })

  it('sockets inside one node carry nothing', () => {
    expect(shape('H100', 480, { nodes: 1, networks: ['Socket'] })).toBeNull()
  })

  it('unknown hardware is not guessed', () => {
    expect(recogniseShape(levelling(231), null, { ...FACTS, gpuModel: 'NVIDIA GB200' })).toBeNull()
  })

  it('launch times are not compared', () => {
    expect(shape('H100', 231, { cpuTime: true })).toBeNull()
  })
})

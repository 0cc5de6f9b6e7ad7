import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createNcclReader } from '@/collectors/run/nccl-tests/reader'
import { type CurvePoint, type CurveSetup, expectedCurve } from './expected-curve'
import { type AllReduceSetup, type Expectation, expectedAllReduce } from './nccl'
import { busFactor, expectedCollective } from './nccl-collectives'

const SAMPLES = join(process.env.CAIRN_SAMPLES ?? '../shared/samples', 'nccl')
const MIB = 1024 * 1024

const SETUP: AllReduceSetup = {
  profile: null,
  gpuModel: 'NVIDIA H100 80GB HBM3',
  nodes: 2,
  gpusPerNode: 8,
  rails: null,
  railRateGbps: null,
  sharp: null,
  ringForced: false,
}

function band(changes: Partial<AllReduceSetup>, collective = 'all_reduce'): readonly CurvePoint[] {
  const setup = { ...SETUP, ...changes }
  const expected = expectedCollective(collective, setup)
  return expected ? expectedCurve(expected, { ranks: (setup.nodes ?? 0) * 8, nodes: setup.nodes, collective }) : []
}

const at = (points: readonly CurvePoint[], sizeBytes: number) => points.find((point) => point.sizeBytes === sizeBytes)

describe('the band holds what healthy systems measured (nccl.md §4.4)', () => {
  it.each<[string, Partial<AllReduceSetup>, readonly (readonly [number, number])[]]>([
    [
      'A100, one node',
      { gpuModel: 'NVIDIA A100-SXM4-80GB', nodes: 1 },
      [
        [1, 24.5],
        [8, 90.6],
        [64, 200.9],
        [256, 222.4],
        [1024, 230.3],
        [8192, 235.3],
      ],
    ],
    [
      'H100, one node',
      { nodes: 1 },
      [
        [1, 67],
        [8, 176.8],
        [64, 361.7],
        [256, 422.3],
        [1024, 466.3],
        [8192, 480.2],
      ],
    ],
    [
      'A100 IB, two nodes',
      { gpuModel: 'NVIDIA A100-SXM4-80GB' },
      [
        [1, 16.4],
        [8, 75.2],
        [64, 137.1],
        [256, 172.1],
        [1024, 181.6],
        [4096, 188.5],
      ],
    ],
    [
      'H100 IB, two nodes',
      {},
      [
        [1, 22.6],
        [8, 101.8],
        [64, 266.4],
        [256, 385.5],
        [1024, 446.2],
        [8192, 467.5],
      ],
    ],
    [
      'B200 IB, two nodes',
      { gpuModel: 'NVIDIA B200' },
      [
        [1, 17],
        [8, 111.2],
        [64, 359.1],
        [256, 538.5],
        [1024, 677.4],
        [8192, 705],
      ],
    ],
  ])('%s', (_name, changes, measured) => {
    const points = band(changes)
    for (const [mib, busbw] of measured) {
      const point = at(points, mib * MIB)
      expect(busbw, `${mib} MiB`).toBeGreaterThanOrEqual(point?.lowGBps ?? Number.POSITIVE_INFINITY)
      expect(busbw, `${mib} MiB`).toBeLessThanOrEqual(point?.highGBps ?? 0)
    }
  })

  it.each<[string, number]>([
    ['half of it', 231],
    ['one rail', 88],
    ['a ring instead of a tree', 380],
    ['TCP', 3.1],
  ])('%s lies below it from 1 GiB on', (_name, plateau) => {
    for (const point of band({}).filter(({ sizeBytes }) => sizeBytes >= 1024 * MIB))
      expect(plateau).toBeLessThan(point.lowGBps)
  })
})

describe.skipIf(!existsSync(SAMPLES))('real captures lie inside from 256 MiB on', () => {
  it.each<[string, Partial<AllReduceSetup>]>([
    ['nebius-h100-2node-hash-stripped.log', {}],
    ['oci-h100-2node-nccl223.log', {}],
    ['lambda-b200-2node-tests2176.log', { gpuModel: 'NVIDIA B200' }],
    ['aks-a100-sriov-ib-2node-healthy.log', { gpuModel: 'NVIDIA A100-SXM4-80GB' }],
    ['deepops-a100-slurm-4node.log', { gpuModel: 'NVIDIA A100-SXM4-40GB', nodes: 4 }],
    ['h100-single-fork-header-tokens.log', { nodes: 1 }],
    ['aws-batch-p5-single-tagged.log', { nodes: 1 }],
    ['a100x8-single-allreduce-old-error-col.log', { gpuModel: 'NVIDIA A100-SXM4-40GB', nodes: 1 }],
  ])('%s', (file, changes) => {
    const reader = createNcclReader()
    reader.push(readFileSync(join(SAMPLES, file), 'utf8'))
    const points = band(changes)
    const large = reader.rows().filter((row) => row.sizeBytes >= 256 * MIB)
    expect(large.length).toBeGreaterThan(2)
    for (const { sizeBytes, outOfPlace } of large) {
      const point = at(points, sizeBytes)
      expect(outOfPlace.busbwGBps, `${sizeBytes / MIB} MiB`).toBeGreaterThanOrEqual(
        point?.lowGBps ?? Number.POSITIVE_INFINITY,
      )
      expect(outOfPlace.busbwGBps, `${sizeBytes / MIB} MiB`).toBeLessThanOrEqual(point?.highGBps ?? 0)
    }
  })
})

describe('what the band does not know it does not draw', () => {
  const expected = expectedAllReduce(SETUP)
  const curve = (setup: Partial<CurveSetup>) =>
    expectedCurve(expected as Expectation, { ranks: 16, nodes: 2, collective: 'all_reduce', ...setup })

  it.each<[string, Partial<CurveSetup>]>([
    ['no ranks', { ranks: null }],
    ['one rank', { ranks: 1 }],
    ['no nodes', { nodes: null }],
    ['no collective', { collective: null }],
    ['a program it never heard of', { collective: 'my_bench' }],
  ])('%s', (_name, setup) => {
    expect(curve(setup)).toEqual([])
  })

  it('low stays below high and both rise with size', () => {
    const points = curve({})
    expect(points[0]?.sizeBytes).toBe(8)
    expect(points.at(-1)?.sizeBytes).toBe(16 * 1024 * MIB)
    points.forEach((point, index) => {
      expect(point.lowGBps).toBeLessThan(point.highGBps)
      if (index > 0) expect(point.lowGBps).toBeGreaterThan(points[index - 1]?.lowGBps ?? Number.POSITIVE_INFINITY)
    })
  })
})

describe('other collectives', () => {
  it.each<[string, string, Partial<AllReduceSetup>, number]>([
    ['all_gather', 'A100, one node', { gpuModel: 'NVIDIA A100-SXM4-40GB', nodes: 1 }, 223.4],
    ['broadcast', 'A100, one node', { gpuModel: 'NVIDIA A100-SXM4-40GB', nodes: 1 }, 232.8],
    ['alltoall', 'A100, one node', { gpuModel: 'NVIDIA A100-SXM4-40GB', nodes: 1 }, 226.2],
    ['all_gather', 'H200 RoCE, two nodes', { gpuModel: 'NVIDIA H200' }, 335.7],
    ['alltoall', 'two nodes at 400G (§4.1)', {}, 92],
    ['alltoall', 'many nodes at 400G (§4.1)', { nodes: 64 }, 48],
    ['sendrecv', 'between nodes (§4.1)', {}, 47.5],
  ])('%s on %s lies in its range', (collective, _name, changes, measured) => {
    const expected = expectedCollective(collective, { ...SETUP, ...changes })
    expect(expected?.basis).toBe('model')
    expect(measured).toBeGreaterThanOrEqual(expected?.lowGBps ?? Number.POSITIVE_INFINITY)
    expect(measured).toBeLessThanOrEqual((expected?.highGBps ?? 0) * 1.01)
  })

  it('an all-gather is not held to the tree bonus of all-reduce', () => {
    const gather = expectedCollective('all_gather', { ...SETUP, gpuModel: 'NVIDIA B200' })
    expect(gather?.highGBps).toBeLessThan(400)
    expect(expectedCollective('all_reduce', { ...SETUP, gpuModel: 'NVIDIA B200' })?.highGBps).toBeGreaterThan(700)
  })

  it('says nothing of gather, scatter and hypercube, nor of sendrecv inside a node', () => {
    for (const collective of ['gather', 'scatter', 'hypercube', 'alltoallv'])
      expect(expectedCollective(collective, SETUP)).toBeNull()
    expect(expectedCollective('sendrecv', { ...SETUP, nodes: 1 })).toBeNull()
  })

  it('factors as nccl-tests computes them (getBw)', () => {
    expect(busFactor('all_reduce', 16)).toBeCloseTo(1.875)
    expect(busFactor('reduce_scatter', 16)).toBeCloseTo(0.9375)
    expect(busFactor('broadcast', 16)).toBe(1)
    expect(busFactor(null, 16)).toBeNull()
  })
})

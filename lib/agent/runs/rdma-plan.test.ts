import { describe, expect, it } from 'vitest'
import type { RdmaTest } from '@/lib/contract/runs'
import type { ManifestInput } from '@/lib/runs/manifest-input'
import { exampleManifest } from '@/lib/runs/shapes/example'
import { rdmaLimits, rdmaTooLong } from './rdma-plan'

const input = (nodes: number, rails: number, tests: readonly RdmaTest[], gpusPerNode = 0): ManifestInput => ({
  ...exampleManifest(),
  work: { kind: 'rdma', tests },
  gpusPerNode,
  nodes: Array.from({ length: nodes }, (_, at) => `dgx${at}`),
  rails: Array.from({ length: rails }, (_, at) => ({ resource: `nvidia.com/r${at}`, network: `default/r${at}` })),
})

describe('plan of RDMA tests', () => {
  it('refuses what cannot end in time, with what to change', () => {
    expect(rdmaTooLong(input(8, 8, ['write-bw', 'write-lat']), null)).toBeNull()
    expect(rdmaTooLong(input(8, 8, ['write-bw', 'write-bw-gpu', 'write-lat', 'rping']), null)).toBe(
      'These tests take about 19 minutes (7 rounds of pairs, 8 rails, 4 tests); a run has 10 minutes for them, after 5 minutes for its start. Choose fewer nodes or tests, or raise runs.deadlineSec.',
    )
    // Large sets are tested between neighbours only.
    expect(rdmaTooLong(input(64, 8, ['write-bw', 'write-lat']), null)).toBeNull()
    expect(rdmaTooLong(exampleManifest(), null)).toBeNull()
  })

  it('counts as many rails as any platform has where devices are shared', () => {
    expect(rdmaTooLong(input(8, 0, ['write-bw', 'write-bw-gpu', 'rping']), null)).toContain('8 rails')
  })

  it('says what it uses', () => {
    expect(rdmaLimits(input(2, 8, ['write-bw']), null)).toEqual([
      'Takes no GPU: 0 GPU-minutes.',
      'Sends at line rate over one rail of a node at a time, one partner at a time: 2 pairs on 8 rails, about 2 minutes once the pods run. Whoever shares these ports notices it.',
    ])
    expect(rdmaLimits(input(12, 8, ['write-bw-gpu'], 8), null)).toEqual([
      expect.stringContaining('12 pairs (each node with its two neighbours) on 8 rails'),
    ])
    expect(rdmaLimits(exampleManifest(), null)).toEqual([])
  })
})

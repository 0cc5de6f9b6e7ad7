import type { RdmaRunResult, RdmaRuns } from '@/collectors/run/perftest/runs'

/** A write bandwidth run at 392 of 400 Gb/s between two PFs of rail 0, for examples. */
export function exampleRdma(over: Partial<RdmaRunResult> = {}): RdmaRunResult {
  const end = (node: string) => ({ node, device: 'mlx5_0', function: 'pf' as const, rail: 0 })
  return {
    test: 'rdma',
    runId: 'r1',
    finishedAt: '2026-10-01T10:00:00Z',
    tool: 'perftest',
    title: 'RDMA_Write BW',
    outcome: 'passed',
    error: null,
    from: end('dgx030'),
    to: end('dgx031'),
    lineRateGbps: 400,
    bidirectional: false,
    gpuMemory: false,
    bandwidthGbps: 392,
    latency: null,
    isolationWanted: null,
    ...over,
  }
}

/** The same on another rail. */
export function exampleRail(rail: number, bandwidthGbps: number): RdmaRunResult {
  const end = (node: string) => ({ node, device: `mlx5_${rail}`, function: 'pf' as const, rail })
  return exampleRdma({ from: end('dgx030'), to: end('dgx031'), bandwidthGbps })
}

/** The fact `rdmaRuns` for examples. */
export function exampleRdmaRuns(...runs: readonly RdmaRunResult[]): { rdmaRuns: RdmaRuns } {
  return { rdmaRuns: { runs } }
}

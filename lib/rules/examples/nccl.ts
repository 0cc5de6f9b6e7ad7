import type { NodeGroup } from '@/collectors/run/nccl-pairs/collector'
import type { NcclFacts, NcclRow, SignatureHit } from '@/collectors/run/nccl-tests/facts'
import { createNcclReader } from '@/collectors/run/nccl-tests/reader'
import { type NcclRunResult, type NcclRuns, runOfCapture } from '@/collectors/run/nccl-tests/runs'

const MIB = 1024 * 1024
const NICS = ['mlx5_0', 'mlx5_1', 'mlx5_2', 'mlx5_3', 'mlx5_4', 'mlx5_5', 'mlx5_6', 'mlx5_7']

/** A healthy run of two DGX B200 nodes over InfiniBand, with changes. */
export function exampleRun(changes: Partial<NcclRunResult> = {}): NcclRunResult {
  const facts: NcclFacts = {
    ...createNcclReader().facts(),
    form: 'tests',
    collective: 'all_reduce',
    testsVersion: '2.17.6',
    ncclVersion: '2.28.9',
    ranks: 16,
    ranksFromRatio: 16,
    nodes: 2,
    gpuModel: 'NVIDIA B200',
    rows: exampleRows(700),
    maxBusbwGBps: 700,
    maxBusbwSizeBytes: 8192 * MIB,
    averageBusbwGBps: 420,
    averageBusbwComputedGBps: 420,
    rowsLost: false,
    outOfBounds: { count: 0, status: 'OK' },
    wrongRows: 0,
    validated: true,
    complete: true,
    networks: ['IB'],
    transport: 'IB',
    nics: NICS.map((device) => ({ device, port: 1, linkLayer: 'IB', sharp: false })),
    hosts: [
      { name: 'worker-0', nicCount: 8 },
      { name: 'worker-1', nicCount: 8 },
    ],
    gpuDirect: 'used',
    rankHosts: [
      { host: 'worker-0', ranks: 8 },
      { host: 'worker-1', ranks: 8 },
    ],
    versions: [{ version: '2.28.9', hosts: ['worker-0'] }],
    networkHosts: [{ network: 'IB', hosts: ['worker-0', 'worker-1'] }],
    requested: { minBytes: MIB, maxBytes: 8192 * MIB, factor: 2, warmup: 5, iterations: 20 },
    runs: 1,
    channels: { gpuDirect: 32, staged: 0, socket: 0 },
  }
  return {
    ...runOfCapture(facts),
    runId: 'run-7',
    outcome: 'succeeded',
    requestedNodes: ['dgx030', 'dgx031'],
    nodeByHost: { 'worker-0': 'dgx030', 'worker-1': 'dgx031' },
    hcasAllocatedPerPod: 8,
    ...changes,
  }
}

/** The fact of one run. */
export function exampleRuns(changes: Partial<NcclRunResult> = {}): NcclRuns {
  return { runs: [exampleRun(changes)] }
}

/** A table from 1 MiB to 8 GiB that levels out at a bus bandwidth and reaches half of it at a size (24 MiB over IB, 2 over TCP). */
export function exampleRows(plateau: number, halfAtMib = 24): NcclRow[] {
  return Array.from({ length: 14 }, (_, step) => {
    const sizeBytes = MIB * 2 ** step
    const busbw = plateau * (sizeBytes / (sizeBytes + halfAtMib * MIB))
    const half = { timeUsec: sizeBytes / busbw / 1e3, algbwGBps: busbw / 1.875, busbwGBps: busbw, wrong: 0 }
    return { sizeBytes, outOfPlace: half, inPlace: half }
  })
}

/** A signature that fired once. */
export function exampleHit(
  id: string,
  severity: SignatureHit['severity'],
  line: string,
  hosts: readonly string[] = [],
): SignatureHit {
  return { id, severity, count: 1, line, lineNumber: 1, hosts }
}

/** A pair of nodes that ran together. */
export function exampleGroup(one: string, other: string, busbwGBps: number): NodeGroup {
  return { runId: `${one}-${other}`, nodes: [one, other], test: 'all_reduce', busbwGBps, failed: false }
}

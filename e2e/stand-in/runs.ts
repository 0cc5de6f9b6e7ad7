import type { PlanResponse, Run, RunLog, RunSummary } from '@/lib/contract/runs'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { freezeCause, freezeNode, freezeRun } from '@/lib/frozen/content'
import { Masker, maskContent } from '@/lib/frozen/mask'
import { causePageOf } from './catalogue'
import { nodePageOf } from './incident'
import { searchOf } from './search'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

const MANIFEST = `apiVersion: batch/v1
kind: Job
metadata:
  generateName: cairn-nccl-
  namespace: cairn-runs
  labels:
    app.kubernetes.io/managed-by: cairn
spec:
  completions: 2
  parallelism: 2
  activeDeadlineSeconds: 1800
  ttlSecondsAfterFinished: 600
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      containers:
        - name: nccl
          image: registry.example/nccl-tests@sha256:9f2c
          resources:
            limits:
              nvidia.com/gpu: 8
              nvidia.com/ib_rail_0: 1
`

const expected = {
  busbwGBpsLow: 356,
  busbwGBpsHigh: 407,
  reasoning: '2 nodes, 8 × 400 Gb/s rails each, no SHARP: 89 to 102 % of what this profile reached',
}

function rows(count: number): Run['rows'] {
  return Array.from({ length: count }, (_, index) => {
    const sizeBytes = 1_048_576 * 2 ** index
    const busbw = 392 * (sizeBytes / (sizeBytes + 24_000_000))
    return {
      sizeBytes,
      timeUsec: Math.round((sizeBytes / (busbw / 1.875)) * 1e-3 * 10) / 10,
      algbwGBps: Math.round((busbw / 1.875) * 100) / 100,
      busbwGBps: Math.round(busbw * 100) / 100,
      wrong: 0,
      inPlaceBusbwGBps: Math.round(busbw * 99.4) / 100,
    }
  })
}

/** A matrix of three nodes with every state a cell can have. */
function liveMatrix(): NonNullable<Run['matrix']> {
  const rails = [24, 64, 79, 94, 154, 192, 206, 220].map((port) => `nvidia.com/resibp${port}s0`)
  const pairs = [
    ['dgx030', 'dgx031'],
    ['dgx031', 'dgx032'],
    ['dgx032', 'dgx030'],
  ] as const
  const tests = ['write-bw', 'write-lat', 'rping'] as const
  const cells = tests.flatMap((test) =>
    rails.flatMap((_, rail) =>
      pairs.map(([from, to], pair): NonNullable<Run['matrix']>['cells'][number] => {
        const place = rail * 3 + pair
        const status =
          test === 'rping'
            ? rail > 5
              ? 'waiting'
              : rail === 5
                ? 'running'
                : 'pass'
            : test === 'write-bw' && place === 4
              ? 'fail'
              : test === 'write-bw' && place === 11
                ? 'warn'
                : test === 'write-lat' && place === 7
                  ? 'unknown'
                  : 'pass'
        const bandwidth = status === 'fail' ? 203.1 : status === 'warn' ? 351.4 : 388 + (place % 5)
        return {
          test,
          from,
          to,
          rail,
          device: `mlx5_${20 + rail * 8}`,
          gpu: null,
          status,
          bandwidthGbps: test === 'write-bw' ? bandwidth : null,
          latencyUsec: test === 'write-lat' && status === 'pass' ? 1.5 + (place % 7) / 20 : null,
          summary:
            test === 'write-bw'
              ? `${bandwidth} Gb/s is ${Math.round(bandwidth / 4)} % of 400 Gb/s (host memory, 95 % wanted)`
              : status === 'unknown'
                ? 'No result: no end within 15 s'
                : 'as usual',
          logFrom: status === 'waiting' || status === 'running' ? null : place * 20,
          logLines: 20,
        }
      }),
    ),
  )
  return { rails, tests: [...tests], cells }
}

/** Searches 1 (done) and 2 (in its pairs); runs 1 (done), 2 (measuring), 3 (waiting), 4 (failed on sockets). */
export function runOf(id: string): Run {
  const base: Run = {
    id,
    title: 'NCCL all-reduce, 2 nodes',
    preset: 'nccl-2-nodes',
    kind: 'nccl',
    collective: 'all_reduce',
    algorithm: 'auto',
    launcher: 'job',
    parent: null,
    image: 'registry.example/nccl-tests@sha256:9f2c4471',
    lastGood: null,
    expectedCurve: [],
    environment: [],
    matrix: null,
    search: null,
    state: 'running',
    phase: 'running',
    waiting: null,
    nodes: ['dgx030', 'dgx031'],
    by: 'you',
    createdAt: ago(3),
    startedAt: ago(2),
    finishedAt: null,
    deadlineAt: ago(-27),
    gpusTotal: 16,
    rows: rows(12),
    expected,
    verdict: null,
    sentence: 'As expected so far: InfiniBand on 8 of 8 rails with GPUDirect RDMA, 388 GB/s at 2 GiB',
    facts: [
      { label: 'Transport', value: 'NET/IB on both nodes', state: 'ok' },
      { label: 'HCAs', value: '8 of 8 allocated, one per rail', state: 'ok' },
      { label: 'GPUDirect', value: 'used, GDRDMA on 128 of 128 channels', state: 'ok' },
      { label: 'SHARP', value: 'not requested', state: 'unknown' },
      { label: 'NCCL', value: '2.28.3, the same on both', state: 'ok' },
    ],
    firstError: null,
    cleanup: null,
    hash: '4c1f9b2a77de0f11',
    namespace: 'cairn-runs',
    logLines: 4200,
  }
  if (id === 'run-5')
    return {
      ...base,
      kind: 'rdma',
      preset: 'rdma',
      title: 'RDMA between nodes, rail by rail: dgx030, dgx031, dgx032',
      nodes: ['dgx030', 'dgx031', 'dgx032'],
      gpusTotal: 0,
      rows: [],
      expected: null,
      matrix: liveMatrix(),
      sentence: 'Rail resibp64s0 from dgx031 to dgx032 (write bandwidth, host memory): 203.1 Gb/s is 51 % of 400 Gb/s',
      facts: [{ label: 'Line rate', value: '400 Gb/s (the ports’ own)', state: 'ok' }],
    }
  if (id.startsWith('search-')) return searchOf(id, base)
  if (id === 'run-1')
    return {
      ...base,
      state: 'succeeded',
      phase: 'done',
      verdict: 'pass',
      finishedAt: ago(1),
      rows: rows(15),
      sentence: '391 GB/s, as expected for 2 nodes with 8 × 400 Gb/s',
      cleanup: '1 job and 2 pods removed',
    }
  if (id === 'run-3')
    return {
      ...base,
      state: 'starting',
      phase: 'pulling',
      startedAt: null,
      rows: [],
      sentence: null,
      facts: [],
      waiting: 'dgx031: image is being pulled, 40 s so far',
      logLines: 0,
    }
  if (id === 'run-4')
    return {
      ...base,
      state: 'failed',
      phase: 'done',
      verdict: 'fail',
      finishedAt: ago(40),
      rows: rows(4).map((row) => ({ ...row, busbwGBps: 2.1, algbwGBps: 1.1, inPlaceBusbwGBps: 2.1 })),
      sentence: 'NCCL used sockets instead of InfiniBand: no HCA was visible in the pod',
      facts: [{ label: 'Transport', value: 'NET/Socket on both nodes', state: 'fail' }],
      firstError: 'NCCL INFO NET/IB : No device found.',
      cleanup: '1 job and 2 pods removed',
    }
  return base
}

export function runsOf(scenario: string): { runs: RunSummary[]; enabled: boolean; disabledReason: string | null } {
  const runs = scenario === 'empty' ? [] : ['run-3', 'run-2', 'run-1', 'run-4'].map((id) => runOf(id))
  return { runs, enabled: scenario !== 'denied', disabledReason: null }
}

export function longLog(after: number): RunLog {
  const total = 4200
  const lines = Array.from({ length: Math.max(0, Math.min(1000, total - after)) }, (_, index) => {
    const at = after + index
    return at === 12
      ? 'dgx030:2101:2160 [0] NCCL INFO NET/IB : No device found.'
      : `dgx030:2101:2160 [${at % 8}] NCCL INFO Channel ${String(at % 16).padStart(2, '0')}/0 : 8[0] -> 0[0] [receive] via NET/IB/0/GDRDMA line ${at}`
  })
  return { from: after, lines, next: after + lines.length, complete: after + lines.length >= total }
}

export function planOf(nodes: unknown, preset: unknown): PlanResponse & { plan: NonNullable<PlanResponse['plan']> } {
  const names = Array.isArray(nodes) ? nodes.map(String) : []
  return {
    candidates: names.map((node) => ({
      node,
      eligible: node !== 'dgx081',
      gpusFree: 8,
      gpusTotal: 8,
      foreignGpuWork: false,
      reason: node === 'dgx081' ? 'Unknown: not reachable' : 'levels 1 to 8 permit it',
      blockedLevel: null,
    })),
    choices: {
      images: ['registry.example/nccl-tests@sha256:9f2c4471'],
      launchers: [
        { id: 'mpijob', ok: true, text: 'MPIJob with nccl-tests' },
        { id: 'job', ok: true, text: 'Job with PyTorch, no ssh between pods' },
      ],
      collectives: ['all_reduce', 'all_gather', 'reduce_scatter', 'alltoall', 'broadcast', 'reduce', 'sendrecv'],
      tests: ['write-bw', 'write-bw-gpu', 'write-lat', 'rping'],
    },
    plan: {
      kind: 'nccl',
      owner: 'MPIJob',
      stages: [],
      planId: `plan-${names.join('-')}-${String(preset)}`,
      hash: '4c1f9b2a77de0f114c1f9b2a77de0f11',
      manifest: MANIFEST,
      expiresAt: ago(-10),
      nodes: names,
      gpusPerNode: 8,
      gpusTotal: names.length * 8,
      gpuMinutesMax: names.length * 8 * 30,
      deadlineSec: 1800,
      image: 'registry.example/nccl-tests@sha256:9f2c4471',
      namespace: 'cairn-runs',
      resources: [{ name: 'nvidia.com/ib_rail_0', perPod: 1, from: 'SriovNetworkNodePolicy ib-rails' }],
      guard: [
        { id: 'free', ok: true, text: `${names.length * 8} of ${names.length * 8} GPUs are free`, overridable: false },
        { id: 'quota', ok: true, text: 'The quota of cairn-runs permits it', overridable: false },
        {
          id: 'level',
          ok: !names.includes('dgx081'),
          text: names.includes('dgx081') ? 'dgx081 is not proved up to level 7' : 'Levels 1 to 7 are OK on every node',
          overridable: true,
        },
      ],
      limits: ['other namespaces', 'running pods', 'node settings'],
      expected,
    },
    problem: null,
  }
}

/** A matrix as a run of pairs shows it: one slow rail of one pair. */
const matrix: NonNullable<Run['matrix']> = {
  rails: Array.from({ length: 8 }, (_, rail) => `nvidia.com/ib_rail_${rail}`),
  tests: ['write-bw'],
  cells: ['dgx030', 'dgx031', 'dgx032', 'dgx033'].flatMap((from, at) =>
    Array.from({ length: 8 }, (_, rail) => {
      const slow = at === 2 && rail === 5
      return {
        test: 'write-bw' as const,
        from,
        to: 'dgx034',
        rail,
        device: `mlx5_${rail}`,
        gpu: null,
        status: slow ? ('fail' as const) : ('pass' as const),
        bandwidthGbps: slow ? 186.2 : 393.1 - at * 0.4 + rail * 0.2,
        latencyUsec: null,
        logFrom: null,
        logLines: 0,
        summary: slow ? '186.2 Gb/s, the others 393 Gb/s' : 'as the others',
      }
    }),
  ),
}

export type FrozenKind = 'node' | 'cause' | 'run' | 'matrix'

/** What a frozen link of each kind holds: the product's own freezing of the stand-in's pages. */
export function snapshotOf(kind: FrozenKind = 'node', mask = false): SnapshotContent {
  const content = frozen(kind).content
  return mask ? maskContent(content, maskerOf()) : content
}

/** The masker of the stand-in's fleet. */
export function maskerOf(): Masker {
  return new Masker(Array.from({ length: 60 }, (_, at) => `dgx${String(at + 1).padStart(3, '0')}`))
}

function frozen(kind: FrozenKind) {
  const at = '2026-03-02T12:04:31Z'
  if (kind === 'cause') return freezeCause(causePageOf('power-cycle-required:NUM_OF_VFS:8'), at)
  if (kind === 'run') return freezeRun(runOf('run-1'), at)
  if (kind === 'matrix') {
    const run = {
      ...runOf('run-1'),
      title: 'RDMA matrix, 4 nodes',
      verdict: 'fail' as const,
      rows: [],
      expected: null,
      sentence: 'dgx032 is slow on rail 5: 186 Gb/s where the other pairs of this rail reach 393 Gb/s',
    }
    return freezeRun({ ...run, matrix }, at)
  }
  const page = nodePageOf('dgx030', 'incident')
  if (!page) throw new Error('no page')
  return freezeNode(page, at)
}

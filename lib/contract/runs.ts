import { z } from 'zod'

/** Requests and answers about benchmark runs. */

const time = z.string()

/** What a run is: NCCL over nodes, RDMA tests between pairs of nodes, or a search for the node that spoils a run. */
export const runKind = z.enum(['nccl', 'rdma', 'search'])
export const runPreset = z.enum(['nccl-1-node', 'nccl-2-nodes', 'nccl-n-nodes', 'rdma', 'search'])
/** Names of nccl-tests (`<name>_perf`). */
export const runCollective = z.enum([
  'all_reduce',
  'all_gather',
  'reduce_scatter',
  'alltoall',
  'broadcast',
  'reduce',
  'sendrecv',
])
/** What NCCL is told: nothing; rings only; SHARP (CollNet) on; SHARP off. */
export const runAlgorithm = z.enum(['auto', 'ring', 'sharp', 'no-sharp'])
/** An indexed Job with PyTorch (no ssh between pods), or an MPIJob with the real nccl-tests. */
export const runLauncher = z.enum(['job', 'mpijob'])
/** `ib_write_bw` from host and from GPU memory, `ib_write_lat`, `rping`. */
export const rdmaTest = z.enum(['write-bw', 'write-bw-gpu', 'write-lat', 'rping'])

export const runOptions = z.object({
  preset: runPreset,
  nodes: z.array(z.string().min(1).max(253)).min(1).max(64),
  /** Largest message, bytes. */
  maxBytes: z.number().int().positive().max(17_179_869_184).optional(),
  /** Default: all_reduce. */
  collective: runCollective.optional(),
  /** Default: auto. */
  algorithm: runAlgorithm.optional(),
  /** Default: an MPIJob where the MPI Operator runs and an image for it is configured, else a Job. */
  launcher: runLauncher.optional(),
  /** One of the configured images; default the first that fits. */
  image: z.string().max(500).optional(),
  /** Preset `rdma`: what is measured; default host-memory bandwidth and latency. */
  tests: z.array(rdmaTest).min(1).max(4).optional(),
  /** Preset `search`: the run whose trouble is looked for. */
  of: z.string().max(40).optional(),
  /** Preset `search`: GPU-minutes it may cost; default and most: what all its stages cost at most. */
  gpuMinutes: z.number().int().positive().max(1_000_000).optional(),
})

/** Why a node can or cannot take part. */
export const runCandidate = z.object({
  node: z.string(),
  eligible: z.boolean(),
  gpusFree: z.number().nullable(),
  gpusTotal: z.number().nullable(),
  /** Whether something that Kubernetes did not start computes on its GPUs; null: not known. */
  foreignGpuWork: z.boolean().nullable(),
  /** In words, with the level that blocks it. */
  reason: z.string(),
  blockedLevel: z.string().nullable(),
})

/** What will be applied, exactly; confirmed by its hash, once. */
export const runPlan = z.object({
  planId: z.string(),
  kind: runKind,
  /** Kind of the object that owns all others. */
  owner: z.enum(['Job', 'MPIJob']),
  /** SHA-256 of `manifest`. */
  hash: z.string(),
  /** The YAML that is applied, byte for byte. */
  manifest: z.string(),
  expiresAt: time,
  nodes: z.array(z.string()),
  gpusPerNode: z.number(),
  gpusTotal: z.number(),
  gpuMinutesMax: z.number(),
  deadlineSec: z.number(),
  image: z.string(),
  namespace: z.string(),
  resources: z.array(z.object({ name: z.string(), perPod: z.number(), from: z.string() })),
  /** Guard results: all must be ok, or overridden by an admin. */
  guard: z.array(
    z.object({
      id: z.string(),
      ok: z.boolean(),
      /** It could not be found out, which holds nothing back but is not green either. */
      unknown: z.boolean().optional(),
      text: z.string(),
      overridable: z.boolean(),
    }),
  ),
  /** What the run cannot touch, in words. */
  limits: z.array(z.string()),
  expected: z.object({ busbwGBpsLow: z.number(), busbwGBpsHigh: z.number(), reasoning: z.string() }).nullable(),
  /** Preset `search`: what would be run, in order; a stage runs only when the ones before leave a question. */
  stages: z.array(z.object({ title: z.string(), text: z.string(), runsMax: z.number(), gpuMinutesMax: z.number() })),
})
/** What may be chosen here and now. */
export const runChoices = z.object({
  /** Configured images that fit the preset and launcher, by digest. */
  images: z.array(z.string()),
  launchers: z.array(z.object({ id: runLauncher, ok: z.boolean(), text: z.string() })),
  collectives: z.array(runCollective),
  tests: z.array(rdmaTest),
})
export const planRequest = runOptions
export const planResponse = z.object({
  candidates: z.array(runCandidate),
  choices: runChoices,
  plan: runPlan.nullable(),
  problem: z.string().nullable(),
})
export const confirmRequest = z.object({ planId: z.string(), hash: z.string(), override: z.boolean().optional() })

export const runPhase = z.enum(['created', 'scheduled', 'pulling', 'ready', 'running', 'done'])
export const runState = z.enum([
  'starting',
  'running',
  'cancelling',
  'cleaning',
  'succeeded',
  'failed',
  'cancelled',
  'aborted',
])

export const runRow = z.object({
  sizeBytes: z.number(),
  timeUsec: z.number().nullable(),
  algbwGBps: z.number().nullable(),
  busbwGBps: z.number().nullable(),
  wrong: z.number().nullable(),
  inPlaceBusbwGBps: z.number().nullable(),
})

/** One RDMA test between two nodes on one rail. */
export const rdmaCell = z.object({
  test: rdmaTest,
  from: z.string(),
  to: z.string(),
  /** Index into the matrix's rails. */
  rail: z.number(),
  /** HCA of the sending end, as the pod names it. */
  device: z.string().nullable(),
  gpu: z.string().nullable(),
  status: z.enum(['pass', 'warn', 'fail', 'unknown', 'running', 'waiting']),
  bandwidthGbps: z.number().nullable(),
  latencyUsec: z.number().nullable(),
  /** Value, yardstick, or why there is none. */
  summary: z.string(),
  /** Where the run's log has what the tools printed; null before it is measured. */
  logFrom: z.number().nullable(),
  logLines: z.number(),
})
export const rdmaMatrix = z.object({
  /** Resource each rail's VF comes from, in order. */
  rails: z.array(z.string()),
  tests: z.array(rdmaTest),
  cells: z.array(rdmaCell),
})
/** A search for the bad node, as far as it went. */
export const runSearch = z.object({
  /** The run that went wrong. */
  of: z.string().nullable(),
  stages: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['waiting', 'running', 'done', 'skipped']),
      /** What it asks, or what it found. */
      text: z.string(),
    }),
  ),
  /** Runs it made, in order. */
  runs: z.array(
    z.object({
      id: z.string(),
      stage: z.string(),
      nodes: z.array(z.string()),
      rail: z.string().nullable(),
      state: runState,
      busbwGBps: z.number().nullable(),
      /** Against the median of like runs; null without one. */
      share: z.number().nullable(),
      status: z.enum(['pass', 'warn', 'fail', 'unknown', 'running']),
    }),
  ),
  suspects: z.array(
    z.object({
      node: z.string(),
      rail: z.string().nullable(),
      strength: z.enum(['proved', 'likely']),
      evidence: z.array(z.string()),
    }),
  ),
  gpuMinutesSpent: z.number(),
  gpuMinutesMax: z.number(),
})

export const run = z.object({
  id: z.string(),
  kind: runKind,
  title: z.string(),
  preset: runPreset,
  collective: runCollective,
  algorithm: runAlgorithm,
  launcher: runLauncher,
  image: z.string(),
  /** Search this run belongs to. */
  parent: z.string().nullable(),
  state: runState,
  phase: runPhase,
  /** Why the phase hangs, in the server's words. */
  waiting: z.string().nullable(),
  nodes: z.array(z.string()),
  by: z.string(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  deadlineAt: time,
  gpusTotal: z.number(),
  rows: z.array(runRow),
  expected: runPlan.shape.expected,
  verdict: z.enum(['pass', 'warn', 'fail', 'unknown']).nullable(),
  /** One sentence: result, expected, transport, HCAs used of present, GDR, SHARP, what to look at next. */
  sentence: z.string().nullable(),
  facts: z.array(z.object({ label: z.string(), value: z.string(), state: z.enum(['ok', 'warn', 'fail', 'unknown']) })),
  /** Versions and settings the run was made with, for a comparison. */
  environment: z.array(z.object({ label: z.string(), value: z.string() })),
  /** What healthy hardware shows at each size; empty where nothing is expected. */
  expectedCurve: z.array(z.object({ sizeBytes: z.number(), lowGBps: z.number(), highGBps: z.number() })),
  /** The newest good run of the same nodes, collective and algorithm before this one. */
  lastGood: z.object({ id: z.string(), finishedAt: time, busbwGBps: z.number(), rows: z.array(runRow) }).nullable(),
  matrix: rdmaMatrix.nullable(),
  search: runSearch.nullable(),
  firstError: z.string().nullable(),
  /** What was cleaned up, in words; null while objects remain. */
  cleanup: z.string().nullable(),
  hash: z.string(),
  namespace: z.string(),
  logLines: z.number(),
})
export const runSummary = run.pick({
  id: true,
  kind: true,
  parent: true,
  title: true,
  state: true,
  nodes: true,
  by: true,
  createdAt: true,
  finishedAt: true,
  verdict: true,
  sentence: true,
})
export const runList = z.object({
  runs: z.array(runSummary),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
})
/** A page of log lines, by number; poll with `after`. */
export const runLog = z.object({
  from: z.number(),
  lines: z.array(z.string()),
  next: z.number(),
  complete: z.boolean(),
})
export const runManifest = z.object({ manifest: z.string(), hash: z.string() })

export type RunPlan = z.infer<typeof runPlan>
export type PlanResponse = z.infer<typeof planResponse>
export type RunOptions = z.infer<typeof runOptions>
export type Run = z.infer<typeof run>
export type RunSummary = z.infer<typeof runSummary>
export type RunRow = z.infer<typeof runRow>
export type RunKind = z.infer<typeof runKind>
export type RunCollective = z.infer<typeof runCollective>
export type RunAlgorithm = z.infer<typeof runAlgorithm>
export type RunLauncher = z.infer<typeof runLauncher>
export type RdmaTest = z.infer<typeof rdmaTest>
export type RdmaCell = z.infer<typeof rdmaCell>
export type RdmaMatrix = z.infer<typeof rdmaMatrix>
export type RunSearch = z.infer<typeof runSearch>
export type RunLog = z.infer<typeof runLog>

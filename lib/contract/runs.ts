import { z } from 'zod'

/** Requests and answers about benchmark runs. */

const time = z.string()

export const runPreset = z.enum(['nccl-1-node', 'nccl-2-nodes', 'nccl-n-nodes'])

export const runOptions = z.object({
  preset: runPreset,
  nodes: z.array(z.string().min(1).max(253)).min(1).max(64),
  /** Largest message, bytes. */
  maxBytes: z.number().int().positive().max(17_179_869_184).optional(),
})

/** Why a node can or cannot take part. */
export const runCandidate = z.object({
  node: z.string(),
  eligible: z.boolean(),
  gpusFree: z.number().nullable(),
  gpusTotal: z.number().nullable(),
  /** In words, with the level that blocks it. */
  reason: z.string(),
  blockedLevel: z.string().nullable(),
})

/** What will be applied, exactly; confirmed by its hash, once. */
export const runPlan = z.object({
  planId: z.string(),
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
  guard: z.array(z.object({ id: z.string(), ok: z.boolean(), text: z.string(), overridable: z.boolean() })),
  /** What the run cannot touch, in words. */
  limits: z.array(z.string()),
  expected: z.object({ busbwGBpsLow: z.number(), busbwGBpsHigh: z.number(), reasoning: z.string() }).nullable(),
})
export const planRequest = runOptions
export const planResponse = z.object({
  candidates: z.array(runCandidate),
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

export const run = z.object({
  id: z.string(),
  title: z.string(),
  preset: runPreset,
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
  firstError: z.string().nullable(),
  /** What was cleaned up, in words; null while objects remain. */
  cleanup: z.string().nullable(),
  hash: z.string(),
  namespace: z.string(),
  logLines: z.number(),
})
export const runSummary = run.pick({
  id: true,
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
export type RunLog = z.infer<typeof runLog>

import { z } from 'zod'

/** Requests and answers about benchmark runs and frozen snapshots. */

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

// ── snapshots ──────────────────────────────────────────────────────────────────────────────────────────────────────
export const snapshotSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('node'), name: z.string() }),
  z.object({ kind: z.literal('cause'), signature: z.string() }),
  z.object({ kind: z.literal('run'), id: z.string() }),
])
export const snapshotRequest = z.object({
  subject: snapshotSubject,
  /** Replace host names, addresses and GUIDs by stable pseudonyms. */
  mask: z.boolean(),
  expiresIn: z.enum(['1h', '1d', '7d', '30d']),
})
/** Allow-listed copy of a page: self-contained, nothing else is ever sent to its reader. */
export const snapshotContent = z.object({
  title: z.string(),
  kind: z.enum(['node', 'cause', 'run']),
  takenAt: time,
  state: z.string(),
  headline: z.string(),
  levels: z.array(z.object({ number: z.number(), title: z.string(), shown: z.string(), line: z.string() })),
  causes: z.array(
    z.object({
      title: z.string(),
      summary: z.string(),
      fix: z.array(z.object({ text: z.string(), command: z.string().optional(), risk: z.string() })),
    }),
  ),
  checks: z.array(
    z.object({
      level: z.string(),
      title: z.string(),
      state: z.string(),
      summary: z.string(),
      findings: z.array(z.object({ subject: z.string(), status: z.string(), summary: z.string() })),
    }),
  ),
  rows: z.array(runRow).optional(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  readAt: time.nullable(),
  masked: z.boolean(),
})
/** What the web process renders a frozen link from; the origin is for the address of its preview image. */
export const frozenPage = z.object({ content: snapshotContent, origin: z.string() })
export const snapshotPreview = z.object({
  previewId: z.string(),
  content: snapshotContent,
  removed: z.array(z.string()),
  markdown: z.string(),
})
export const snapshotCreate = z.object({ previewId: z.string(), expiresIn: snapshotRequest.shape.expiresIn })
export const snapshotCreated = z.object({ url: z.string(), handle: z.string(), expiresAt: time })
/** Handles, never ids: the id is known only to who has the link. */
export const snapshotList = z.object({
  snapshots: z.array(
    z.object({
      handle: z.string(),
      title: z.string(),
      by: z.string(),
      createdAt: time,
      expiresAt: time,
      views: z.number(),
      lastViewAt: time.nullable(),
    }),
  ),
})

export type RunPlan = z.infer<typeof runPlan>
export type PlanResponse = z.infer<typeof planResponse>
export type RunOptions = z.infer<typeof runOptions>
export type Run = z.infer<typeof run>
export type RunSummary = z.infer<typeof runSummary>
export type RunRow = z.infer<typeof runRow>
export type RunLog = z.infer<typeof runLog>
export type SnapshotContent = z.infer<typeof snapshotContent>
export type FrozenPage = z.infer<typeof frozenPage>
export type SnapshotPreview = z.infer<typeof snapshotPreview>
export type SnapshotList = z.infer<typeof snapshotList>

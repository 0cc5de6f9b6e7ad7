import { z } from 'zod'
import { CHECK_LEVELS, LEVELS } from '@/lib/levels'
import type { JudgedCheck, LevelReport, NodeCause, NodeReport } from '@/lib/report'
import { STATES } from '@/lib/verdict'

/** Schemas of the engine's report: the same shapes as `lib/report.ts`, checked against each other at compile time. */

const cell = z.union([z.string(), z.number(), z.null()])
const scalar = z.union([z.string(), z.number(), z.boolean()])
export const levelId = z.enum(LEVELS.map((level) => level.id))
export const checkLevel = z.enum([...CHECK_LEVELS])
export const state = z.enum(STATES)
export const shownState = z.enum([
  'pass',
  'warn',
  'running',
  'blocked',
  'unknown',
  'fail',
  'not-applicable',
  'not-proved',
])
export const nodeState = z.enum(['pass', 'warn', 'fail', 'unknown', 'blocked'])
export const readStatus = z.enum(['ok', 'absent', 'denied', 'unreachable', 'timeout', 'unreadable'])
const via = z.enum(['node', 'kube', 'log', 'run', 'history', 'fleet'])

export const detail = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.object({ cells: z.array(cell), deviates: z.boolean().optional() })),
  }),
  z.object({
    kind: z.literal('lines'),
    title: z.string(),
    source: z.string(),
    lines: z.array(z.object({ text: z.string(), mark: z.boolean().optional() })),
  }),
  z.object({
    kind: z.literal('value'),
    label: z.string(),
    value: z.union([z.string(), z.number()]),
    unit: z.string().optional(),
    expected: z.union([z.string(), z.number()]),
    source: z.string(),
    ok: z.boolean(),
  }),
  z.object({
    kind: z.literal('diff'),
    title: z.string(),
    left: z.object({ label: z.string(), text: z.string() }),
    right: z.object({ label: z.string(), text: z.string() }),
  }),
  z.object({ kind: z.literal('yaml'), title: z.string(), text: z.string() }),
])

export const finding = z.object({ subject: z.string(), status: z.enum(['pass', 'warn', 'fail']), summary: z.string() })

export const fixStep = z.object({
  text: z.string(),
  command: z.string().optional(),
  risk: z.enum(['none', 'config', 'restart-pods', 'drain', 'reboot', 'power-cycle']),
  minutes: z.number().optional(),
  verify: z.string().optional(),
})

export const evidenceRef = z.object({
  id: z.string(),
  via,
  status: readStatus,
  at: z.string().nullable(),
  reason: z.string().optional(),
})

export const judgedCheck = z.object({
  id: z.string(),
  level: checkLevel,
  scope: z.enum(['node', 'cluster']),
  title: z.string(),
  state: state.exclude(['none', 'running']),
  summary: z.string(),
  findings: z.array(finding),
  evidence: z.array(detail),
  fix: z.array(fixStep),
  reason: z.string().optional(),
  params: z.record(z.string(), scalar).optional(),
  blockedBy: z.array(z.string()),
  contradiction: z.string().optional(),
  stale: z.boolean(),
  reads: z.array(evidenceRef),
  since: z.string().nullable(),
  known: z.object({ state: z.enum(['pass', 'warn', 'fail', 'skip']), since: z.string().nullable() }).optional(),
})

export const levelReport = z.object({
  id: checkLevel,
  number: z.number(),
  title: z.string(),
  state,
  shown: shownState,
  counts: z.partialRecord(state, z.number()),
  line: z.string(),
  blockedBy: z.array(z.string()),
})

export const nodeCause = z.object({
  id: z.string(),
  signature: z.string(),
  title: z.string(),
  level: checkLevel,
  scope: z.enum(['node', 'cluster']),
  summary: z.string(),
  explains: z.array(z.string()),
  fix: z.array(fixStep),
  params: z.record(z.string(), scalar),
})

export const nodeReport = z.object({
  node: z.string(),
  revision: z.number(),
  state: nodeState,
  firstBroken: levelId.nullable(),
  headline: z.string(),
  provedUpTo: levelId.nullable(),
  levels: z.array(levelReport),
  checks: z.array(judgedCheck),
  causes: z.array(nodeCause),
  profile: z.string().nullable(),
  bootId: z.string().nullable(),
  readAt: z.string().nullable(),
  stale: z.boolean(),
})

export const evidence = z.object({
  id: z.string(),
  via,
  source: z.string(),
  command: z.string(),
  status: readStatus,
  text: z.string(),
  stderr: z.string(),
  exitCode: z.number().nullable(),
  cut: z.boolean(),
  reason: z.string().optional(),
  startedAt: z.string(),
  durationMs: z.number(),
  digest: z.string(),
  redactions: z.array(z.string()),
  bootId: z.string().optional(),
})

/** Compile-time proof that schema and report say the same. */
type Same<A, B> = [A] extends [B] ? true : false
export const schemaMatchesReport: [
  Same<JudgedCheck, z.input<typeof judgedCheck> | Readonly<JudgedCheck>>,
  Same<z.infer<typeof judgedCheck>, JudgedCheck>,
  Same<z.infer<typeof levelReport>, LevelReport>,
  Same<z.infer<typeof nodeCause>, NodeCause>,
  Same<z.infer<typeof nodeReport>, NodeReport>,
] = [true, true, true, true, true]

import { z } from 'zod'
import { checkLevel, detail, evidence, fixStep, levelId, nodeCause, nodeReport, nodeState, readStatus } from './report'

/**
 * Every request and answer of `/api/v1`, once: agent, web, CLI and OpenAPI use these (DESIGN §7).
 * Units are in names; times are ISO 8601 in UTC; absent means unknown.
 */

const time = z.string()

/** Error body of every non-2xx answer: what happened, what still works, what to do, and an id to quote. */
export const apiError = z.object({
  error: z.object({
    code: z.string(),
    what: z.string(),
    stillWorks: z.string().optional(),
    todo: z.string().optional(),
    requestId: z.string(),
  }),
})

// ── session ────────────────────────────────────────────────────────────────────────────────────────────────────────
export const role = z.enum(['viewer', 'operator', 'admin'])
export const session = z.object({
  mode: z.enum(['launch-token', 'tokens']),
  user: z.string(),
  role,
  /** Sent back in `x-cairn-csrf` with every POST and DELETE. */
  csrf: z.string(),
  expiresAt: time,
})
export const loginRequest = z.object({ token: z.string().min(16).max(512) })

// ── fleet ──────────────────────────────────────────────────────────────────────────────────────────────────────────
/** One tile. Short on purpose: 2,000 nodes stay under 150 kB gzipped. */
export const fleetNode = z.object({
  name: z.string(),
  state: nodeState,
  firstBroken: levelId.nullable(),
  /** Signature of the headline cause; null when none explains the failure or nothing failed. */
  cause: z.string().nullable(),
  headline: z.string(),
  /** State of levels 1…10, one letter each: p pass, w warn, f fail, u unknown, b blocked, r running, s not applicable, n not proved. */
  levels: z.string().length(10),
  readAt: time.nullable(),
  stale: z.boolean(),
  revision: z.number(),
  /** Attributes to group by: profile, kernel, firmware, rack, … (only known ones). */
  attributes: z.record(z.string(), z.string()),
})

export const causeSummary = z.object({
  signature: z.string(),
  id: z.string(),
  title: z.string(),
  level: checkLevel,
  scope: z.enum(['node', 'cluster']),
  summary: z.string(),
  /** Nodes that have it. */
  nodeCount: z.number(),
  /** Nodes whose headline it is. */
  headlineCount: z.number(),
  since: time.nullable(),
})

export const sweepProgress = z.object({
  id: z.string(),
  startedAt: time,
  finishedAt: time.nullable(),
  total: z.number(),
  done: z.number(),
  unreachable: z.number(),
  /** null: the scheduler. */
  by: z.string().nullable(),
})

/** State of what Cairn depends on, for the banner. */
export const liveness = z.object({
  kube: z.object({
    state: z.enum(['live', 'stale', 'down', 'off']),
    since: time.nullable(),
    reason: z.string().optional(),
  }),
  ssh: z.object({ state: z.enum(['live', 'off']), connections: z.number() }),
  store: z.object({ state: z.enum(['ok', 'read-only']), reason: z.string().optional() }),
})

export const fleet = z.object({
  revision: z.number(),
  /** False: `nodes` holds only those changed since the asked revision, and `removed` those gone. */
  full: z.boolean(),
  cluster: z.object({ name: z.string(), context: z.string().nullable(), server: z.string().nullable() }),
  at: time,
  counts: z.object({
    total: z.number(),
    pass: z.number(),
    warn: z.number(),
    fail: z.number(),
    blocked: z.number(),
    unknown: z.number(),
  }),
  nodes: z.array(fleetNode),
  removed: z.array(z.string()),
  causes: z.array(causeSummary),
  sweep: sweepProgress.nullable(),
  liveness,
})

// ── node ───────────────────────────────────────────────────────────────────────────────────────────────────────────
export const transition = z.object({
  at: time,
  kind: z.enum(['verdict', 'boot', 'firmware', 'driver', 'run', 'identity']),
  level: checkLevel.nullable(),
  check: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string(),
  text: z.string(),
})

export const nodePage = z.object({
  report: nodeReport,
  /** How many nodes share each cause of this node, this one included. */
  sharedBy: z.record(z.string(), z.number()),
  address: z.string().nullable(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  timeline: z.array(transition),
  runs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.string(),
      finishedAt: time.nullable(),
      sentence: z.string().nullable(),
    }),
  ),
  /** Sections being read again now. */
  verifying: z.array(z.string()),
  at: time,
})

export const evidencePage = z.object({
  check: z.string(),
  node: z.string(),
  rule: z.object({ title: z.string(), why: z.string(), refs: z.array(z.string()), after: z.array(z.string()) }),
  evidence: z.array(
    evidence.extend({
      /** Substrings of `text` that the verdict rests on: marked in the raw view. */
      marks: z.array(z.string()),
    }),
  ),
})

export const verifyRequest = z.object({ check: z.string().optional() })
export const accepted = z.object({ id: z.string() })

// ── causes, checks ─────────────────────────────────────────────────────────────────────────────────────────────────
export const causePage = z.object({
  cause: causeSummary,
  why: z.string(),
  refs: z.array(z.string()),
  fix: z.array(fixStep),
  nodes: z.array(fleetNode.pick({ name: true, state: true, firstBroken: true, headline: true, readAt: true })),
  /** Attribute values that these nodes share and the others do not, most telling first. */
  inCommon: z.array(
    z.object({
      attribute: z.string(),
      value: z.string(),
      here: z.number(),
      hereOf: z.number(),
      there: z.number(),
      thereOf: z.number(),
    }),
  ),
})
export const causeList = z.object({ causes: z.array(causeSummary), at: time })

export const checkInfo = z.object({
  id: z.string(),
  level: checkLevel,
  scope: z.enum(['node', 'cluster']),
  title: z.object({ pass: z.string(), fail: z.string() }),
  why: z.string(),
  refs: z.array(z.string()),
  needs: z.array(z.string()),
  wants: z.array(z.string()),
  /** Of these at least one must be there. */
  anyOf: z.array(z.string()),
  after: z.array(z.string()),
  examples: z.array(z.object({ name: z.string(), status: z.string(), summary: z.string() })),
  /** How many nodes are in each state now. */
  counts: z.record(z.string(), z.number()),
})
export const checkList = z.object({ checks: z.array(checkInfo) })

// ── doctor ─────────────────────────────────────────────────────────────────────────────────────────────────────────
export const doctorItem = z.object({
  id: z.string(),
  group: z.enum(['kubernetes', 'ssh', 'tools', 'store', 'runs', 'security', 'clock']),
  title: z.string(),
  state: z.enum(['ok', 'warn', 'fail', 'unknown', 'off']),
  text: z.string(),
  /** YAML, sudoers line or command to copy. */
  remedy: z.string().optional(),
  /** Nodes concerned; at most 20 named. */
  nodes: z.array(z.string()).optional(),
  nodeCount: z.number().optional(),
})
export const doctor = z.object({ items: z.array(doctorItem), configuration: z.string(), version: z.string(), at: time })

// ── explain ────────────────────────────────────────────────────────────────────────────────────────────────────────
export const explainRequest = z.object({
  captures: z
    .array(z.object({ name: z.string().max(300), text: z.string(), as: z.string().optional() }))
    .min(1)
    .max(1000),
})
/** EXPLAIN.md §1, plus what the page needs to show it. */
export const explained = z.object({
  schema: z.literal(1),
  file: z.string(),
  kind: z.string().nullable(),
  status: readStatus,
  reason: z.object({ code: z.string(), text: z.string() }).optional(),
  errors: z.array(z.string()),
  facts: z.record(z.string(), z.unknown()),
  verdicts: z.array(
    z.object({
      check: z.string(),
      level: checkLevel,
      status: z.enum(['pass', 'warn', 'fail', 'unknown']),
      subject: z.string().nullable(),
      summary: z.string(),
    }),
  ),
  causes: z.array(z.object({ id: z.string(), summary: z.string() })),
})
export const explainResponse = z.object({
  captures: z.array(
    explained.extend({
      candidates: z.array(z.object({ kind: z.string(), title: z.string(), sure: z.number() })),
      details: z.array(
        z.object({ check: z.string(), evidence: z.array(detail), fix: z.array(fixStep), lines: z.array(z.number()) }),
      ),
      text: z.string(),
    }),
  ),
  /** Judged together: several captures of one node or cluster. */
  together: z
    .object({
      reports: z.array(nodeReport),
      causes: z.array(nodeCause),
      headline: z.string().nullable(),
      /** How bad the headline is; null: nothing failed and no required level warns. */
      status: z.enum(['fail', 'warn']).nullable(),
      /** Nodes that show the headline. */
      nodes: z.array(z.string()),
    })
    .nullable(),
  /** Every kind a capture can be read as. */
  kinds: z.array(z.object({ kind: z.string(), title: z.string() })),
})

// ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────────
/** The only SSE payload: revisions, never state; coalesced to one a second. */
export const revisionEvent = z.object({
  revision: z.number(),
  topics: z.array(z.enum(['fleet', 'runs', 'sweeps', 'snapshots', 'doctor'])),
  nodes: z.array(z.string()),
})

export type ApiError = z.infer<typeof apiError>
export type Role = z.infer<typeof role>
export type Session = z.infer<typeof session>
export type Fleet = z.infer<typeof fleet>
export type FleetNode = z.infer<typeof fleetNode>
export type CauseSummary = z.infer<typeof causeSummary>
export type CausePage = z.infer<typeof causePage>
export type SweepProgress = z.infer<typeof sweepProgress>
export type Liveness = z.infer<typeof liveness>
export type NodePage = z.infer<typeof nodePage>
export type Transition = z.infer<typeof transition>
export type EvidencePage = z.infer<typeof evidencePage>
export type CheckInfo = z.infer<typeof checkInfo>
export type Doctor = z.infer<typeof doctor>
export type DoctorItem = z.infer<typeof doctorItem>
export type Explained = z.infer<typeof explained>
export type ExplainResponse = z.infer<typeof explainResponse>
export type RevisionEvent = z.infer<typeof revisionEvent>

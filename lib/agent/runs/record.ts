import { z } from 'zod'
import type { Run } from '@/lib/contract/runs'
import {
  rdmaMatrix,
  runAlgorithm,
  runCollective,
  runKind,
  runLauncher,
  runPlan,
  runPreset,
  run as runSchema,
  runSearch,
  runState,
} from '@/lib/contract/runs'
import { expectedCurve } from '@/lib/expected/expected-curve'
import { searchProgress } from './search/progress'

/** What is stored of a run besides its rows, log and manifest: enough to adopt it after a restart. */
export const runRecord = z.object({
  id: z.string(),
  kind: runKind.default('nccl'),
  title: z.string(),
  preset: runPreset,
  collective: runCollective.default('all_reduce'),
  algorithm: runAlgorithm.default('auto'),
  launcher: runLauncher.default('job'),
  /** Search this run belongs to. */
  parent: z.string().nullable().default(null),
  state: runState,
  phase: runSchema.shape.phase,
  waiting: z.string().nullable(),
  nodes: z.array(z.string()),
  gpusPerNode: z.number(),
  rails: z.number(),
  /** Resource of each rail, in the order in which pods get them. */
  railNames: z.array(z.string()).default([]),
  /** The only rail of a run that is limited to one (per-rail split of a search). */
  onlyRail: z.string().nullable().default(null),
  /** Node a run over one rail asks about: its result speaks of nobody else. */
  about: z.string().nullable().default(null),
  image: z.string(),
  namespace: z.string(),
  by: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  deadlineAt: z.string(),
  expected: runPlan.shape.expected,
  verdict: runSchema.shape.verdict,
  sentence: z.string().nullable(),
  facts: runSchema.shape.facts,
  firstError: z.string().nullable(),
  cleanup: z.string().nullable(),
  hash: z.string(),
  environment: runSchema.shape.environment.default([]),
  matrix: rdmaMatrix.nullable().default(null),
  search: runSearch.nullable().default(null),
  /** Kind `search`: what decides what comes next. */
  searching: searchProgress.nullable().default(null),
  /** UID of the owning Job or MPIJob, once it exists: only this one is ever deleted (M-16). */
  jobUid: z.string().nullable(),
  /** When the owner was last asked for; a request under way may still be served a while after. Null: never, or refused. */
  createTriedAt: z.string().nullable().default(null),
  /** The owner and all it owns exist. */
  created: z.boolean().default(true),
  /** Boot id of each node when the run began: another boot makes the result stale. */
  bootIds: z.record(z.string(), z.string()),
  /** Driver and firmware of each node then; others make the result stale too. */
  versions: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  /** Node by pod name and by host name, as ranks and logs name it. */
  nodeByHost: z.record(z.string(), z.string()).default({}),
  /** Guards an admin overrode, in words. */
  overridden: z.string().nullable().default(null),
  /** Why it ended, for the cleanup to remember which ending it was. */
  ending: z.enum(['succeeded', 'failed', 'cancelled', 'aborted']).nullable(),
  /** Facts of the finished log, as the reader gave them; judged again by the checks. */
  result: z.unknown().nullable(),
  logLines: z.number(),
})

export type RunRecordBody = z.output<typeof runRecord>

/** True once nothing more will happen. */
export function isOver(record: RunRecordBody): boolean {
  return (
    record.state === 'succeeded' ||
    record.state === 'failed' ||
    record.state === 'cancelled' ||
    record.state === 'aborted'
  )
}

/** The band of a healthy run, from what was expected of it when it was confirmed. */
function curveOf({ expected, collective, gpusPerNode, nodes }: RunRecordBody): Run['expectedCurve'] {
  if (expected === null) return []
  const band = { lowGBps: expected.busbwGBpsLow, highGBps: expected.busbwGBpsHigh }
  return [...expectedCurve(band, { ranks: gpusPerNode * nodes.length, nodes: nodes.length, collective })]
}

/** The run as the contract words it. */
export function toRun(record: RunRecordBody, rows: Run['rows'], lastGood: Run['lastGood'] = null): Run {
  const {
    gpusPerNode,
    rails: _rails,
    railNames: _names,
    onlyRail: _only,
    about: _about,
    searching: _searching,
    jobUid: _uid,
    createTriedAt: _tried,
    created: _created,
    bootIds: _boots,
    versions: _versions,
    nodeByHost: _hosts,
    overridden: _overridden,
    ending: _ending,
    result: _result,
    ...shown
  } = record
  return { ...shown, gpusTotal: gpusPerNode * record.nodes.length, rows, lastGood, expectedCurve: curveOf(record) }
}

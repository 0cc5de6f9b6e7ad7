import { createNcclReader } from '@/collectors/run/nccl-tests/reader'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { checks } from '@/lib/checks/index.gen'
import { expectedCollective } from '@/lib/expected/nccl-collectives'
import type { Profile } from '@/lib/profile'
import { judgeRun, toRunRow } from '@/lib/runs/judge-run'
import type { Outcome, RunReading } from '../reading'
import type { RunRecordBody } from '../record'

export interface NcclReadingDeps {
  now(): Date
  profile(): Profile | null
  /** Good runs of the same nodes that asked the same, newest first: the second yardstick. */
  earlier(): readonly NcclRunResult[]
}

/** Reads and judges the log of an NCCL run: table, transport, signatures, first cause. */
export function ncclReading(deps: NcclReadingDeps): RunReading {
  const reader = createNcclReader()
  return {
    push: (chunk) => reader.push(chunk),
    rows: () => reader.rows().map(toRunRow),
    progress: () => reader.rows().length,
    isComplete: () => reader.facts().complete,
    judge: (record) => judge(record, reader.facts(), deps),
  }
}

function judge(
  record: RunRecordBody,
  facts: ReturnType<ReturnType<typeof createNcclReader>['facts']>,
  deps: NcclReadingDeps,
): Outcome {
  const isAcross = record.nodes.length > 1
  const profile = deps.profile()
  const rails = record.onlyRail === null ? record.rails : 1
  const result: NcclRunResult = {
    ...facts,
    test: 'nccl',
    runId: record.id,
    finishedAt: deps.now().toISOString(),
    requestedNodes: record.nodes,
    nodeByHost: record.nodeByHost,
    gpusPerNode: record.gpusPerNode,
    hcasAllocatedPerPod: isAcross && rails > 0 ? rails : null,
    image: record.image,
    preset: record.preset,
    outcome: outcomeOf(record, facts.complete),
    sharpRequested: record.algorithm === 'sharp' ? true : record.algorithm === 'no-sharp' ? false : null,
    rail: record.onlyRail === null ? null : record.railNames.indexOf(record.onlyRail),
  }
  const expected = expectedCollective(record.collective, {
    // Profiles are about all rails.
    profile: record.onlyRail === null ? profile : null,
    gpuModel: facts.gpuModel,
    nodes: record.nodes.length,
    gpusPerNode: record.gpusPerNode,
    rails: rails || null,
    railRateGbps: profile?.railRateGbps?.value ?? null,
    sharp: facts.sharp,
    ringForced: record.algorithm === 'ring',
  })
  const judged = judgeRun(result, deps.earlier(), checks, profile, expected)
  const overridden = record.overridden
    ? [{ label: 'Guard overridden', value: record.overridden, state: 'warn' as const }]
    : []
  return {
    ...judged,
    facts: [...judged.facts, ...overridden],
    result,
    matrix: null,
    environment: environmentOf(record, facts),
    firstError: facts.firstCause?.line ?? null,
  }
}

/** What a comparison of runs shows beside their curves: image, versions, firmware, NCCL's settings. */
function environmentOf(
  record: RunRecordBody,
  facts: Pick<NcclRunResult, 'ncclVersion' | 'testsVersion' | 'environment' | 'gpuModel'>,
): Outcome['environment'] {
  const versions = new Map<string, Set<string>>()
  for (const each of Object.values(record.versions))
    for (const [key, value] of Object.entries(each)) versions.set(key, (versions.get(key) ?? new Set()).add(value))
  const known: [string, string | null | undefined][] = [
    ['Image', record.image],
    ['Launched as', record.launcher === 'mpijob' ? 'MPIJob' : 'Job'],
    ['GPU', facts.gpuModel],
    ['NCCL', facts.ncclVersion],
    ['nccl-tests', facts.testsVersion],
    ...[...versions].map(([key, values]): [string, string] => [NAMES[key] ?? key, [...values].sort().join(', ')]),
    ...facts.environment.map(({ name, values }): [string, string] => [name, values.join(', ')]),
  ]
  return known.flatMap(([label, value]) => (value ? [{ label, value }] : []))
}

const NAMES: Readonly<Record<string, string>> = { firmware: 'NIC firmware', driver: 'GPU driver', kernel: 'Kernel' }

function outcomeOf(record: RunRecordBody, complete: boolean): NcclRunResult['outcome'] {
  if (record.ending === null) return 'running'
  if (record.ending === 'succeeded') return complete ? 'succeeded' : 'cut'
  if (record.ending === 'cancelled') return 'cancelled'
  return record.ending === 'failed' ? 'failed' : 'cut'
}

import type { NcclReader } from '@/collectors/run/nccl-tests/reader'
import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { checks } from '@/lib/checks/index.gen'
import { expectedAllReduce } from '@/lib/expected/nccl'
import type { Profile } from '@/lib/profile'
import { judgeRun } from '@/lib/runs/judge-run'
import type { Outcome } from './driver'
import type { RunRecordBody } from './record'

/** Judges what a run has printed, with what is known of it; a run without an ending is still running and proves nothing. */
export function judgeRecord(record: RunRecordBody, reader: NcclReader, profile: Profile | null, now: Date): Outcome {
  const facts = reader.facts()
  const isAcross = record.nodes.length > 1
  const result: NcclRunResult = {
    ...facts,
    test: 'nccl',
    runId: record.id,
    finishedAt: now.toISOString(),
    requestedNodes: record.nodes,
    nodeByHost: record.nodeByHost,
    gpusPerNode: record.gpusPerNode,
    hcasAllocatedPerPod: isAcross && record.rails > 0 ? record.rails : null,
    image: record.image,
    preset: record.preset,
    outcome: outcomeOf(record, facts.complete),
    sharpRequested: null,
    rail: null,
  }
  const expected = expectedAllReduce({
    profile,
    gpuModel: facts.gpuModel,
    nodes: record.nodes.length,
    gpusPerNode: record.gpusPerNode,
    rails: record.rails || null,
    railRateGbps: profile?.railRateGbps?.value ?? null,
    sharp: facts.sharp,
    ringForced: false,
  })
  const judged = judgeRun(result, checks, profile, expected)
  const overridden = record.overridden
    ? [{ label: 'Guard overridden', value: record.overridden, state: 'warn' as const }]
    : []
  return { ...judged, facts: [...judged.facts, ...overridden], result, firstError: facts.firstCause?.line ?? null }
}

function outcomeOf(record: RunRecordBody, complete: boolean): NcclRunResult['outcome'] {
  if (record.ending === null) return 'running'
  if (record.ending === 'succeeded') return complete ? 'succeeded' : 'cut'
  if (record.ending === 'cancelled') return 'cancelled'
  return record.ending === 'failed' ? 'failed' : 'cut'
}

import type { NcclRunResult } from '@/collectors/run/nccl-tests/runs'
import { type Expectation, type Grade, gradeOf } from '@/lib/expected/nccl'
import { expectedCollective } from '@/lib/expected/nccl-collectives'
import { type Plateau, plateauOf } from '@/lib/expected/nccl-curve'
import type { Profile } from '@/lib/profile'
import { isWhole, nodeCount, setting } from './nccl-run'
import { shapesOf } from './nccl-shape'

/** Why the numbers of a run cannot be judged; null where they can. */
export function unusable(run: NcclRunResult): string | null {
  if (run.outcome === 'running') return 'the run is still going on'
  if (!isWhole(run))
    return run.complete ? 'ranks ran side by side without MPI: no bandwidth was measured' : 'the run or its log was cut'
  if (run.runs > 1) return 'the output holds several tables'
  if (run.rowsLost === true) return 'rows were lost from the table'
  if (run.splitGroups)
    return `the ranks are split into ${run.splitGroups} groups (NCCL_TESTS_SPLIT): the table is that of one`
  if (run.cpuTime) return 'the table shows launch times (-C 1), not bandwidth'
  if (collectiveOf(run) === null) return 'the output does not name its collective'
  return null
}

/** By name, or all-reduce by the one property that no other collective has: busbw above algbw. Null where neither tells. */
export function collectiveOf(run: NcclRunResult): string | null {
  if (run.collective !== null) return run.collective
  const above = run.rows.some(
    (row) =>
      (row.outOfPlace.algbwGBps ?? 0) > 1 && (row.outOfPlace.busbwGBps ?? 0) > (row.outOfPlace.algbwGBps ?? 0) * 1.05,
  )
  return above ? 'all_reduce' : null
}

/** What this run should have reached. */
export function expectationOf(run: NcclRunResult, profile: Profile | null): Expectation | null {
  const nodes = nodeCount(run)
  const onFabric = nodes === 1 || run.transport === null || !['plugin', 'mixed'].includes(run.transport)
  const collective = collectiveOf(run)
  if ((!profile && !onFabric) || collective === null) return null
  return expectedCollective(collective, {
    profile,
    gpuModel: run.gpuModel,
    nodes,
    gpusPerNode: run.gpusPerNode,
    // What NCCL used is no measure of what it should use: the allocation is, else the reference design.
    rails: run.hcasAllocatedPerPod,
    railRateGbps: null,
    sharp: run.sharp,
    ringForced:
      setting(run, 'NCCL_ALGO').some((value) => /^ring$/i.test(value)) ||
      setting(run, 'NCCL_NVLS_ENABLE').includes('0'),
  })
}

/** Likely reasons in words, with what confirms them. */
export function reasonsOf(run: NcclRunResult, expected: Expectation | null): string[] {
  return shapesOf(run.rows, expected, { ...run, nodes: nodeCount(run) })
    .filter(({ fault }) => fault)
    .map(({ words, confirm }) => `${words} (confirm: ${confirm})`)
}

/** The best earlier run like the judged one, whole and right; null where there is none. */
export function bestEarlierRun(runs: readonly NcclRunResult[]): { name: string; busbwGBps: number } | null {
  const [judged, ...earlier] = runs.filter((run) => run.rail === null)
  if (!judged) return null
  const alike = earlier.filter(
    (run) =>
      nodeCount(run) === nodeCount(judged) &&
      collectiveOf(run) === collectiveOf(judged) &&
      run.ranks === judged.ranks &&
      run.gpuModel === judged.gpuModel &&
      // Rings, trees and SHARP have different plateaus.
      setting(run, 'NCCL_ALGO').join() === setting(judged, 'NCCL_ALGO').join() &&
      run.sharpRequested === judged.sharpRequested &&
      unusable(run) === null &&
      (run.wrongRows ?? 0) === 0,
  )
  return alike.reduce<{ name: string; busbwGBps: number } | null>((best, run) => {
    const plateau = plateauOf(run.rows)
    if (!plateau || (best && best.busbwGBps >= plateau.busbwGBps)) return best
    return { name: run.runId ?? 'an earlier run', busbwGBps: plateau.busbwGBps }
  }, null)
}

/** How a plateau stands against what it is compared with. */
export interface Comparison {
  status: 'pass' | 'warn' | 'fail' | 'undecided'
  grade: Grade
  ratio: number
  /** GB/s compared with, and where that comes from. */
  target: number
  against: string
  sources: string
}

/** Share of our own earlier run below which a run is slower, whatever was expected. */
const DROP = 0.85

/**
 * Compares with the profile (which decides), the model (which only warns of a failure) and our own best run (which warns of a drop).
 * Null where there is nothing to compare with.
 */
export function compare(
  plateau: Plateau,
  expected: Expectation | null,
  earlier: { name: string; busbwGBps: number } | null,
): Comparison | null {
  const value = plateau.busbwGBps
  if (expected) {
    const ratio = value / expected.lowGBps
    const grade = gradeOf(ratio)
    const byProfile = expected.basis === 'profile'
    const status = byProfile
      ? { ok: 'pass', watch: 'warn', degraded: 'fail', failed: 'fail' }[grade]
      : grade === 'failed'
        ? 'warn'
        : 'undecided'
    const base = {
      grade,
      ratio,
      target: expected.lowGBps,
      against: expected.reasoning,
      sources: expected.sources.join('; '),
    }
    if (status === 'fail' || status === 'warn') return { ...base, status }
    if (!(earlier && value < earlier.busbwGBps * DROP))
      return { ...base, status: status === 'pass' ? 'pass' : 'undecided' }
  }
  if (!earlier || value >= earlier.busbwGBps * DROP) return null
  const ratio = value / earlier.busbwGBps
  return {
    status: 'warn',
    grade: gradeOf(ratio),
    ratio,
    target: earlier.busbwGBps,
    against: `reached by run ${earlier.name}`,
    sources: 'own earlier run',
  }
}

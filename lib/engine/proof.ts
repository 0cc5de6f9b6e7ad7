import { type CheckLevel, levelInfo } from '@/lib/levels'

/** A fresh NCCL run of the same boot that used the fabric and reached the expected bandwidth. */
export interface ProvingRun {
  runId: string
  finishedAt: string
  /** "389 GB/s over IB on 2 nodes". */
  sentence: string
}

/**
 * Fresh evidence from above beats inference from below (DESIGN §3): a failure that was already there when such a run passed is a
 * configuration fault that does not hurt now, so it is shown as a warning that says so. Failures that began after the run stay.
 * @param since when the check itself began to fail
 */
export function disproves(proof: ProvingRun, level: CheckLevel, since: string | null): boolean {
  const { number } = levelInfo(level)
  const isBelow = number >= 1 && number <= 7
  return isBelow && since !== null && Date.parse(since) <= Date.parse(proof.finishedAt)
}

/** The note beside a failure that a run disproved. */
export function proofNote(proof: ProvingRun): string {
  return `Run ${proof.runId} proved the opposite at ${proof.finishedAt}: ${proof.sentence}. Shown as a warning.`
}

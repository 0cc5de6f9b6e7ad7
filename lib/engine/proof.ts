import { levelInfo } from '@/lib/levels'
import type { JudgedCheck } from '@/lib/report'

/** A fresh NCCL run of the same boot that used the fabric and reached the expected bandwidth. */
export interface ProvingRun {
  runId: string
  finishedAt: string
  /** "389 GB/s over IB on 2 nodes". */
  sentence: string
}

/**
 * Fresh evidence from above beats inference from below (DESIGN §3): a failure that was already there when such a run passed is a
 * configuration fault that does not hurt now, so it becomes a warning that says so. Failures that began after the run stay.
 */
export function demotedBy(proof: ProvingRun | null, check: JudgedCheck): JudgedCheck {
  if (proof === null || check.state !== 'fail' || check.since === null) return check
  const { number } = levelInfo(check.level)
  const isBelow = number >= 1 && number <= 7
  if (!isBelow || check.since > proof.finishedAt) return check
  return {
    ...check,
    state: 'warn',
    contradiction: `Run ${proof.runId} proved the opposite at ${proof.finishedAt}: ${proof.sentence}. Shown as a warning.`,
  }
}

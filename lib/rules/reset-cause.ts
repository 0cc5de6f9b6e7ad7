import type { CauseInput, CauseMatch } from '@/lib/cause'
import type { FixStep } from '@/lib/check'
import { faulty, stepsOf, symptoms, WITHOUT_VFS } from './explained'
import { RESET_MEANS, type ResetMeans, strongest } from './nic-reset'

const PENDING = ['pending-vf-count', 'pending-link-type'] as const

/** What the three causes of one family may explain. */
export const RESET_EXPLAINS = [...PENDING, 'pending-firmware-image', ...WITHOUT_VFS] as const

/**
 * One family, three causes: what the pending configuration of this node needs. Only the strongest means matches, because it
 * makes the weaker ones' changes active too; the checks have already decided it (`reason`, lib/rules/nic-reset.ts).
 */
export function matchReset(
  means: ResetMeans,
  input: CauseInput,
  action: string,
  fallback: readonly FixStep[],
): CauseMatch | null {
  const pending = PENDING.flatMap((id) => faulty(input, id) ?? [])
  const found = pending.flatMap((verdict) => RESET_MEANS.find((each) => each === verdict.reason) ?? [])
  const source = pending.find((verdict) => verdict.reason === means)
  if (!source || strongest(found) !== means) return null
  return {
    summary: `NIC firmware has not loaded its new configuration because ${source.summary}: ${action}`,
    explains: symptoms(input, RESET_EXPLAINS),
    fix: stepsOf(source, fallback),
    params: source.params ?? {},
  }
}

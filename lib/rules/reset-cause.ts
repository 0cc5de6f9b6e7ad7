import type { CauseInput, CauseMatch } from '@/lib/cause'
import type { FixStep } from '@/lib/check'
import { pfRows } from '@/lib/k8s/pf-rows'
import { faulty, stepsOf, symptoms, WITHOUT_RESOURCE, WITHOUT_VFS, waitingForVfs } from './explained'
import { RESET_MEANS, type ResetMeans, strongest } from './nic-reset'

const PENDING = ['pending-vf-count', 'pending-link-type'] as const

/** What the three causes of one family may explain. */
export const RESET_EXPLAINS = [...PENDING, 'pending-firmware-image', ...WITHOUT_VFS, ...WITHOUT_RESOURCE] as const
const NEAR = [...PENDING, 'pending-firmware-image', ...WITHOUT_VFS] as const

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
  if (pending.length === 0 && means === 'reboot-pending') return stateWantsReboot(input, fallback)
  if (!source || strongest(found) !== means) return null
  return {
    summary: `NIC firmware has not loaded its new configuration because ${source.summary}: ${action}`,
    explains: [...symptoms(input, NEAR), ...waitingForVfs(input)],
    fix: stepsOf(source, fallback),
    params: source.params ?? {},
  }
}

/**
 * Where the firmware itself was not read, the operator's node state tells that it waits: a reboot is asked for because the firmware
 * runs another VF count than the policy wants. A loop of reboots or a blocked drain is another cause.
 */
function stateWantsReboot(input: CauseInput, fallback: readonly FixStep[]): CauseMatch | null {
  const source = faulty(input, 'node-state-not-synced')
  const firmwareRead = ['pending-vf-count', 'vf-count-below-policy'].some((id) => isRead(input.verdicts[id]?.status))
  const other = ['reboot-loop', 'stuck-drain'].some((id) => input.verdicts[id]?.status === 'fail')
  if (!source || firmwareRead || other) return null
  const state = input.facts.nodeStates?.find(
    (each) => each.desiredState === 'Reboot_Required' && (input.node === null || each.node === input.node),
  )
  const row = state && pfRows(state).find((each) => each.firmware === 'differs' || each.firmware === 'too-small')
  if (!row || row.total === null) return null
  return {
    summary: `VFs wait for a reboot because ${source.summary}: the reboot is pending; whether a warm one loads the firmware value is not known yet, on DGX and HGX plan a firmware reset or power cycle${row.total > row.wanted ? `; numVfs ${row.total} in the policy avoids it` : ''}`,
    explains: [...symptoms(input, NEAR), ...waitingForVfs(input)],
    fix: fallback,
    params: { current: row.total, requested: row.wanted },
  }
}

function isRead(status: string | undefined): boolean {
  return status === 'pass' || status === 'warn' || status === 'fail'
}

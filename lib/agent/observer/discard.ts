import type { SweepResult } from '@/collectors/transport/types'

/** What makes a sweep's answers worthless as a whole (F-24, F-26); null: they may be used. */
export function discardReason(
  result: SweepResult,
  expectedMachineId: string | null,
): { kind: 'identity-changed' | 'rebooted-during-read'; text: string } | null {
  const identity = result.identity
  if (!identity) return null
  if (identity.bootId !== '' && identity.bootIdAfter !== '' && identity.bootId !== identity.bootIdAfter) {
    return {
      kind: 'rebooted-during-read',
      text: `Boot id changed from ${short(identity.bootId)} to ${short(identity.bootIdAfter)} while the node was read`,
    }
  }
  const known = expectedMachineId?.replaceAll('-', '').toLowerCase() ?? ''
  const seen = identity.machineId.replaceAll('-', '').toLowerCase()
  if (known !== '' && seen !== '' && known !== seen) {
    return { kind: 'identity-changed', text: `Machine id is ${short(seen)}, the Node object says ${short(known)}` }
  }
  return null
}

function short(id: string): string {
  return id.length > 12 ? `${id.slice(0, 12)}…` : id
}

import type { CauseInput, JudgedVerdict } from '@/lib/cause'
import type { FixStep } from '@/lib/check'

/** Checks above that show missing VFs of a node, near to far. */
export const WITHOUT_VFS = [
  'vf-count-below-policy',
  'sriov-capability-unusable',
  'missing-vfs',
  'node-state-not-synced',
  'silent-daemon-error',
  'reboot-loop',
  'missing-resource',
  'zero-allocatable',
] as const

/** What waits for VFs that a node does not have. */
export const WITHOUT_RESOURCE = ['resource-chain-broken', 'unschedulable-for-network', 'pod-pending-reason'] as const

/** The verdict of a check when it is a fault seen, not a consequence: failed or warned. */
export function faulty(input: CauseInput, check: string): JudgedVerdict | null {
  const verdict = input.verdicts[check]
  return verdict?.status === 'fail' || verdict?.status === 'warn' ? verdict : null
}

/** Of these checks those that show something here: failed, warned or blocked. */
export function symptoms(input: CauseInput, checks: readonly string[]): string[] {
  return checks.filter((id) => ['fail', 'warn', 'blocked'].includes(input.verdicts[id]?.status ?? ''))
}

/** Of the checks that VFs are behind those that show something here and say that a VF resource is what is missing. */
export function waitingForVfs(input: CauseInput): string[] {
  return symptoms(input, WITHOUT_RESOURCE).filter((id) => {
    const verdict = input.verdicts[id]
    const bad = verdict?.findings?.filter((each) => each.status !== 'pass') ?? []
    const texts = bad.length > 0 ? bad.map((each) => each.summary) : [verdict?.summary ?? '']
    return texts.every((text) => /offered by no node|not offered|0 allocatable/.test(text))
  })
}

/** Steps of the verdict, or of the fallback when it has none. */
export function stepsOf(verdict: JudgedVerdict, fallback: readonly FixStep[]): readonly FixStep[] {
  return verdict.fix && verdict.fix.length > 0 ? verdict.fix : fallback
}

/** A failed verdict for examples. */
export function failed(
  check: string,
  level: JudgedVerdict['level'],
  summary: string,
  over: Partial<JudgedVerdict> = {},
): JudgedVerdict {
  return { check, level, status: 'fail', summary, ...over }
}

/** A passing verdict for examples. */
export function passed(check: string, level: JudgedVerdict['level']): JudgedVerdict {
  return { check, level, status: 'pass', summary: 'fine' }
}

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

/** The verdict of a check when it is a fault seen, not a consequence: failed or warned. */
export function faulty(input: CauseInput, check: string): JudgedVerdict | null {
  const verdict = input.verdicts[check]
  return verdict?.status === 'fail' || verdict?.status === 'warn' ? verdict : null
}

/** Of these checks those that show something here: failed, warned or blocked. */
export function symptoms(input: CauseInput, checks: readonly string[]): string[] {
  return checks.filter((id) => ['fail', 'warn', 'blocked'].includes(input.verdicts[id]?.status ?? ''))
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

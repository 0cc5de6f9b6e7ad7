'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { type CheckLevel, REQUIRED_LEVELS } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'

/** The chosen level and the open evidence, in the URL. */
export function useNodeView() {
  return useQueryStates({ level: parseAsString, check: parseAsString }, { history: 'replace' })
}

/** The level a page opens with: the first broken, else the lowest one that is not fine, else the lowest. */
export function defaultLevel(report: NodeReport): CheckLevel {
  if (report.firstBroken) return report.firstBroken
  const troubled = report.levels.find(
    (level) =>
      level.state === 'fail' || level.state === 'unknown' || level.state === 'blocked' || level.state === 'warn',
  )
  return troubled?.id ?? REQUIRED_LEVELS[0] ?? 'platform'
}

import { WORD } from '@/components/state/shown'
import { LEVELS } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'

/** A report's ten levels as small bars, bottom to top from the left. */
export function LevelStripOf({ report }: { report: NodeReport }) {
  const levels = LEVELS.map((level) => report.levels.find((entry) => entry.id === level.id)?.shown ?? 'unknown')
  return (
    <span className="mini items-center">
      {LEVELS.map((level, index) => (
        <i key={level.id} data-verdict={levels[index]} aria-hidden="true" />
      ))}
      <span className="sr-only">
        {LEVELS.map((level, index) => `${level.number} ${WORD[levels[index] ?? 'unknown']}`).join(', ')}
      </span>
    </span>
  )
}

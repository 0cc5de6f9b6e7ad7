import { shownWord } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import type { ShownState } from '@/lib/verdict'

/** Borders and patterns that tell states apart without colour, as on the pyramid. */
const LOOK: Readonly<Partial<Record<ShownState, string>>> = {
  fail: 'border-state/60 bg-surface',
  blocked: 'border-dashed border-line pattern-hatch',
  unknown: 'border-dashed border-state/60 pattern-stripe',
  'not-proved': 'border-dotted border-line',
  'not-applicable': 'border-line-soft',
}

/** The pyramid, lowest level at the bottom; the first broken one is the loud one. */
export function FrozenLevels({ content }: { content: SnapshotContent }) {
  const first = content.levels.find((level) => level.shown === 'fail')?.number
  return (
    <ol className="flex flex-col-reverse items-center gap-1" aria-label="Levels">
      {content.levels.map((level) => {
        const shown = shownWord(level.shown) ?? 'unknown'
        return (
          <li
            key={level.number}
            data-verdict={shown}
            style={{ width: `${100 - (level.number - 1) * 2.6}%` }}
            className={`flex min-h-9 items-center gap-3 rounded-md border px-3 py-1 text-sm max-sm:!w-full ${level.number === first ? 'border-state bg-state-bg font-semibold' : (LOOK[shown] ?? 'border-line bg-surface')}`}
          >
            <span className="w-5 shrink-0 text-right font-mono text-xs text-faint">{level.number}</span>
            <span className="min-w-0 shrink-0">{level.title}</span>
            <span className="ml-auto flex min-w-0 justify-end text-right text-[0.8rem] leading-tight font-normal">
              <StateMark state={shown}>{level.line || undefined}</StateMark>
            </span>
          </li>
        )
      })}
    </ol>
  )
}

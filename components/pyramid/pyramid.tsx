import { WORD } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import { LEVELS } from '@/lib/levels'
import type { LevelReport, NodeReport } from '@/lib/report'

export interface PyramidProps {
  report: NodeReport
  selected: string
  onSelect(level: string): void
}

/** Ten storeys, built from the bottom; the first broken one is the only loud one. */
export function Pyramid({ report, selected, onSelect }: PyramidProps) {
  const storeys = LEVELS.map((level) => report.levels.find((entry) => entry.id === level.id)).filter(
    (entry) => entry !== undefined,
  )
  const reach = report.levels.find((entry) => entry.id === 'reach')
  return (
    <section aria-label="Levels">
      <ol className="flex flex-col-reverse items-center gap-[3px]">
        {storeys.map((level) => (
          <Storey
            key={level.id}
            level={level}
            first={level.id === report.firstBroken}
            selected={level.id === selected}
            onSelect={onSelect}
          />
        ))}
      </ol>
      {reach && (
        <button
          type="button"
          aria-pressed={selected === 'reach'}
          onClick={() => onSelect('reach')}
          className="mt-2 flex min-h-9 w-full items-center gap-3 rounded-md border-t-2 border-line px-3 text-left text-sm text-muted hover:bg-surface aria-pressed:bg-surface"
        >
          <StateMark state={reach.shown}>{reach.title}</StateMark>
          <span className="min-w-0 flex-1 truncate">{reach.line}</span>
        </button>
      )}
    </section>
  )
}

interface StoreyProps {
  level: LevelReport
  first: boolean
  selected: boolean
  onSelect(level: string): void
}

const LOOK: Readonly<Partial<Record<LevelReport['shown'], string>>> = {
  fail: 'border-state/60 bg-surface',
  blocked: 'border-dashed border-line pattern-hatch',
  unknown: 'border-dashed border-state/60 pattern-stripe',
  'not-proved': 'border-dotted border-line bg-transparent',
  'not-applicable': 'border-line-soft bg-transparent',
  warn: 'border-line bg-surface',
  running: 'border-state bg-surface',
}

function Storey({ level, first, selected, onSelect }: StoreyProps) {
  const quiet = level.shown === 'not-proved' || level.shown === 'not-applicable' || level.shown === 'blocked'
  const loud = first ? 'border-state bg-state-bg ring-3 ring-state/20' : (LOOK[level.shown] ?? 'border-line bg-surface')
  return (
    <li className="storey flex w-full justify-center" data-verdict={level.shown}>
      <button
        type="button"
        aria-pressed={selected}
        onClick={() => onSelect(level.id)}
        style={{ width: `${100 - (level.number - 1) * 3.4}%` }}
        title={level.line || undefined}
        className={`grid min-h-8 grid-cols-[1.4rem_auto_minmax(0,1fr)] items-center gap-x-2.5 rounded-md border px-3 py-0.5 text-left hover:border-faint aria-pressed:outline-2 aria-pressed:-outline-offset-1 aria-pressed:outline-accent max-sm:!w-full ${loud}`}
      >
        <span className="text-right font-mono text-xs text-faint">{level.number}</span>
        <span className={`whitespace-nowrap ${quiet ? 'text-muted' : ''} ${first ? 'font-semibold' : 'font-medium'}`}>
          {level.title}
        </span>
        <span
          className={`inline-flex min-w-0 items-center justify-end gap-1.5 text-xs text-state ${first ? 'font-semibold' : ''}`}
        >
          <StateIcon state={level.shown} size={14} />
          <span className="min-w-0 max-sm:text-right sm:truncate">{lineOf(level)}</span>
        </span>
      </button>
    </li>
  )
}

/** The line that the engine wrote; the state's word before it where the line does not say it. */
function lineOf(level: LevelReport): string {
  const word = WORD[level.shown]
  // What no run has proved needs no more words than that.
  if (level.line === '' || level.shown === 'not-proved') return word
  return level.line.toLowerCase().includes(word.toLowerCase()) ? level.line : `${word} · ${level.line}`
}

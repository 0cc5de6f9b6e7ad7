import { Check } from 'lucide-react'
import type { Run } from '@/lib/contract/runs'
import { isActive } from './words'

const PHASES: readonly (readonly [Run['phase'], string])[] = [
  ['created', 'Created'],
  ['scheduled', 'Scheduled'],
  ['pulling', 'Image'],
  ['ready', 'Ready'],
  ['running', 'Measuring'],
  ['done', 'Done'],
]

/** The phase that is known to be reached: a run that ended badly did not pass through them all. */
function lastReached(run: Run): Run['phase'] | null {
  if (run.state === 'cleaning') return 'done'
  if (run.phase !== 'done' || run.state === 'succeeded') return run.phase
  if (run.rows.length > 0) return 'running'
  if (run.startedAt !== null) return 'ready'
  return null
}

/** How far the run is, and what it waits for. */
export function RunPhases({ run }: { run: Run }) {
  const last = lastReached(run)
  const at = PHASES.findIndex(([phase]) => phase === last)
  const active = isActive(run.state)
  const isClean = run.state !== 'cleaning'
  return (
    <ol className="my-3 flex flex-wrap text-sm" aria-label="Phases">
      {PHASES.map(([phase, title], index) => {
        const now = index === at && active
        const done = index < at || (index === at && (!active || (phase === 'done' && isClean)))
        return (
          <li
            key={phase}
            aria-current={now ? 'step' : undefined}
            className={`min-w-24 flex-1 border-t-3 px-2 py-1.5 ${done ? 'border-ok text-muted' : now ? 'border-running text-text' : 'border-line text-faint'}`}
          >
            <span className="inline-flex items-center gap-1 font-medium">
              {done && <Check size={13} aria-hidden="true" className="text-ok" />}
              {title}
              <span className="sr-only">{done ? ', reached' : now ? ', now' : ', not reached'}</span>
            </span>
            {now && (
              <span className="block text-xs text-muted">
                {run.waiting ?? (phase === 'running' ? measured(run) : 'now')}
              </span>
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** How far a run that measures has come. */
function measured({ matrix, rows }: Run): string {
  if (!matrix) return `${rows.length} sizes measured`
  const done = matrix.cells.filter((cell) => cell.logFrom !== null).length
  return `${done} of ${matrix.cells.length} cells measured`
}

import { shownWord, WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { Transition } from '@/lib/contract/api'
import type { JudgedCheck } from '@/lib/report'

const SHOWN = 12

const KIND: Readonly<Record<Transition['kind'], string>> = {
  verdict: 'Verdict',
  boot: 'Boot',
  firmware: 'Firmware',
  driver: 'Driver',
  run: 'Run',
  identity: 'Identity',
}

/** Since when: verdicts, boots, firmware and runs on one axis, newest first. */
export function Timeline({
  transitions,
  checks,
}: {
  transitions: readonly Transition[]
  checks: readonly JudgedCheck[]
}) {
  const titles = new Map(checks.map((check) => [check.id, check.title]))
  const told = transitions.filter(isNews)
  const item = (entry: Transition) => (
    <Entry
      key={`${entry.at} ${entry.kind} ${entry.check ?? ''} ${entry.to}`}
      entry={entry}
      title={entry.check === null ? null : (titles.get(entry.check) ?? entry.check)}
    />
  )
  return (
    <section aria-labelledby="timeline" className="panel">
      <div className="panel-head">
        <h2 id="timeline" className="text-base font-semibold">
          Since when
        </h2>
        <span className="text-sm text-muted">changes, newest first</span>
      </div>
      {told.length === 0 ? (
        <p className="px-3.5 py-3 text-sm text-muted">No change since Cairn first saw this node.</p>
      ) : (
        <ol className="px-3.5 py-2">{told.slice(0, SHOWN).map(item)}</ol>
      )}
      {told.length > SHOWN && (
        <details className="border-t border-line-soft">
          <summary className="min-h-8 px-3.5 py-1.5 text-sm text-muted">{told.length - SHOWN} earlier</summary>
          <ol className="px-3.5 py-2">{told.slice(SHOWN).map(item)}</ol>
        </details>
      )}
    </section>
  )
}

/** A check that began or ceased to apply is no news of the node unless it then fails. */
function isNews(entry: Transition): boolean {
  const quiet = (state: string | null) => state === null || state === 'skip' || state === 'pass'
  return entry.kind !== 'verdict' || !quiet(entry.from) || !quiet(entry.to)
}

function Entry({ entry, title }: { entry: Transition; title: string | null }) {
  const state = shownWord(entry.to)
  const from = shownWord(entry.from)
  return (
    <li
      data-verdict={state ?? undefined}
      className="relative grid grid-cols-[1rem_minmax(0,1fr)_auto] gap-2.5 py-1 text-sm before:absolute before:top-6 before:bottom-[-6px] before:left-[7px] before:w-px before:bg-line last:before:hidden"
    >
      <span className="mt-0.5 text-state">
        {state ? (
          <StateIcon state={state} />
        ) : (
          <span aria-hidden="true" className="mx-auto mt-1 block size-2 rounded-full bg-faint" />
        )}
      </span>
      <span className="min-w-0">
        <span className="sr-only">{KIND[entry.kind]}: </span>
        {title && (
          <span className="font-medium">
            {title}
            {state && (
              <span className="font-normal text-muted">
                {' '}
                · {from ? `${WORD[from]} → ` : ''}
                {WORD[state]}
              </span>
            )}
          </span>
        )}
        <span className={title ? 'line-clamp-1 text-xs text-muted' : ''} title={title ? entry.text : undefined}>
          {entry.text}
        </span>
      </span>
      <span className="text-xs leading-5 text-muted">
        <Time at={entry.at} only="clock" />
      </span>
    </li>
  )
}

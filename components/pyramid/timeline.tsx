import { shownWord } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { Transition } from '@/lib/contract/api'

const SHOWN = 30

const KIND: Readonly<Record<Transition['kind'], string>> = {
  verdict: 'Verdict',
  boot: 'Boot',
  firmware: 'Firmware',
  driver: 'Driver',
  run: 'Run',
  identity: 'Identity',
}

/** Since when: verdicts, boots, firmware and runs on one axis, newest first. */
export function Timeline({ transitions }: { transitions: readonly Transition[] }) {
  return (
    <section aria-labelledby="timeline" className="panel">
      <div className="panel-head">
        <h2 id="timeline" className="text-base font-semibold">
          Since when
        </h2>
        <span className="text-sm text-muted">changes, newest first</span>
      </div>
      {transitions.length === 0 ? (
        <p className="px-3.5 py-3 text-sm text-muted">No change since Cairn first saw this node.</p>
      ) : (
        <ol className="px-3.5 py-2">
          {transitions.slice(0, SHOWN).map((entry) => {
            const state = shownWord(entry.to)
            return (
              <li
                key={`${entry.at} ${entry.kind} ${entry.check ?? ''} ${entry.to}`}
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
                  {entry.text}
                </span>
                <span className="text-xs leading-5 text-muted">
                  <Time at={entry.at} only="clock" />
                </span>
              </li>
            )
          })}
        </ol>
      )}
    </section>
  )
}

import { StateIcon } from '@/components/state/state-mark'
import type { RunSearch } from '@/lib/contract/runs'

const SHOWN = {
  waiting: { state: 'not-proved', words: 'waiting' },
  running: { state: 'running', words: 'running' },
  done: { state: 'pass', words: 'done' },
  skipped: { state: 'not-applicable', words: 'not needed' },
} as const

/** How far the search is: a stage runs only when those before leave a question. */
export function SearchStages({ stages }: { stages: RunSearch['stages'] }) {
  return (
    <section aria-labelledby="search-stages" className="panel">
      <div className="panel-head">
        <h2 id="search-stages" className="text-base font-semibold">
          Stages
        </h2>
      </div>
      <ol className="flex flex-col py-1.5">
        {stages.map((stage) => {
          const { state, words } = SHOWN[stage.state]
          const isQuiet = stage.state === 'skipped' || stage.state === 'waiting'
          return (
            <li
              key={stage.id}
              aria-current={stage.state === 'running' ? 'step' : undefined}
              className={`flex gap-2 px-3.5 py-1.5 text-sm ${stage.state === 'running' ? 'bg-running-bg' : ''}`}
            >
              <span data-verdict={state} className="mt-0.5 text-state">
                <StateIcon state={state} />
              </span>
              <span className="min-w-0">
                <span className={isQuiet ? 'text-muted' : 'font-medium'}>{stage.title}</span>
                <span className="text-xs text-muted"> · {words}</span>
                <span className="block text-xs break-words text-muted">{stage.text}</span>
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

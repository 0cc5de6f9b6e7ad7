import Link from 'next/link'
import type { Run, RunSearch } from '@/lib/contract/runs'
import { HeatMap } from './heat-map'
import { RailBars } from './rail-bars'
import { SearchRuns } from './search-runs'
import { SearchStages } from './search-stages'
import { SuspectList } from './suspect-list'

/** A search for the bad node: suspects first, then stages, pairs, rails and every run behind them. */
export function SearchView({ run, search }: { run: Run; search: RunSearch }) {
  const { gpuMinutesSpent: spent, gpuMinutesMax: most } = search
  return (
    <div className="mt-4 grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]">
      <div className="flex min-w-0 flex-col gap-4">
        <SuspectList run={run} suspects={search.suspects} />
        <HeatMap nodes={run.nodes} runs={search.runs} suspects={search.suspects} />
        <RailBars runs={search.runs} />
        <SearchRuns runs={search.runs} stages={search.stages} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <section aria-labelledby="search-cost" className="panel p-3.5">
          <h2 id="search-cost" className="text-base font-semibold">
            Cost
          </h2>
          <p className="mt-1 text-sm">
            <b className="font-mono">{Math.round(spent)}</b> of {most} GPU-minutes
          </p>
          <meter
            min={0}
            max={Math.max(1, most)}
            value={spent}
            aria-label="GPU-minutes spent or reserved"
            className="mt-1.5 h-2.5 w-full"
          />
          <p className="mt-1 text-xs text-muted">
            No run is started that could exceed them; a run that goes on counts as long as it may take.
          </p>
          {search.of && (
            <p className="mt-2 text-sm">
              Started from <Link href={`/runs/${encodeURIComponent(search.of)}`}>the run that went wrong</Link>
            </p>
          )}
        </section>
        <SearchStages stages={search.stages} />
        {run.facts.some((fact) => fact.state !== 'ok') && (
          <section aria-labelledby="search-notes" className="panel p-3.5 text-sm">
            <h2 id="search-notes" className="mb-1 text-base font-semibold">
              Notes
            </h2>
            <ul className="list-disc pl-4">
              {run.facts
                .filter((fact) => fact.state !== 'ok')
                .map((fact) => (
                  <li key={fact.value}>
                    {fact.label}: {fact.value}
                  </li>
                ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  )
}

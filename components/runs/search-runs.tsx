import Link from 'next/link'
import { StateMark } from '@/components/state/state-mark'
import type { RunSearch } from '@/lib/contract/runs'
import type { ShownState } from '@/lib/verdict'
import type { SearchRun } from './search-cells'
import { rate } from './words'

const WORDS: Readonly<Record<SearchRun['status'], readonly [ShownState, string]>> = {
  pass: ['pass', 'good'],
  warn: ['warn', 'weak'],
  fail: ['fail', 'bad'],
  unknown: ['unknown', 'says nothing'],
  running: ['running', 'running'],
}

/** Every run of a search, in order: the twin of the pictures above, with links to the logs. */
export function SearchRuns({ runs, stages }: Pick<RunSearch, 'runs' | 'stages'>) {
  const titles = new Map(stages.map((stage) => [stage.id, stage.title]))
  if (runs.length === 0) return null
  return (
    <section tabIndex={0} aria-label="Runs of this search" className="panel max-h-[30rem] overflow-auto">
      <table className="data-table">
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Stage</th>
            <th scope="col">Nodes</th>
            <th scope="col" className="!text-right">
              GB/s
            </th>
            <th scope="col" className="!text-right">
              of like runs
            </th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody className="text-xs">
          {runs.map((run, index) => {
            const [state, words] = WORDS[run.status]
            return (
              <tr key={run.id}>
                <th scope="row" className="font-mono">
                  <Link
                    href={`/runs/${encodeURIComponent(run.id)}`}
                    prefetch={false}
                    className="inline-flex min-h-6 min-w-6 items-center"
                  >
                    {index + 1}
                  </Link>
                </th>
                <td className="whitespace-nowrap">{titles.get(run.stage) ?? run.stage}</td>
                <td className="min-w-28 font-mono">
                  {run.nodes.length > 4 ? `${run.nodes.length} nodes` : run.nodes.join(' + ')}
                  {run.rail && <span className="block break-all text-muted">only {run.rail}</span>}
                </td>
                <td className="text-right font-mono">{rate(run.busbwGBps)}</td>
                <td className="text-right font-mono">
                  {run.share === null ? '–' : `${Math.round(run.share * 100)} %`}
                </td>
                <td className="whitespace-nowrap">
                  <StateMark state={state}>{words}</StateMark>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

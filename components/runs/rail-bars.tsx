import { StateIcon } from '@/components/state/state-mark'
import { cellOf, type SearchRun } from './search-cells'
import { rate } from './words'

/** Each rail of a split pair by itself, side by side with its siblings. */
export function RailBars({ runs }: { runs: readonly SearchRun[] }) {
  const pairs = new Map<string, SearchRun[]>()
  for (const run of runs) {
    if (run.rail === null) continue
    const pair = run.nodes.join(' + ')
    pairs.set(pair, [...(pairs.get(pair) ?? []), run])
  }
  if (pairs.size === 0) return null
  return (
    <section aria-labelledby="rail-bars" className="panel">
      <div className="panel-head">
        <h2 id="rail-bars" className="text-base font-semibold">
          Rail by rail
        </h2>
        <span className="text-sm text-muted">GB/s over one rail alone</span>
      </div>
      {[...pairs].map(([pair, own]) => (
        <PairRails key={pair} pair={pair} runs={own} />
      ))}
    </section>
  )
}

function PairRails({ pair, runs }: { pair: string; runs: readonly SearchRun[] }) {
  const rails = [...new Set(runs.flatMap((run) => run.rail ?? []))]
  const top = Math.max(1, ...runs.map((run) => run.busbwGBps ?? 0))
  return (
    <div className="px-3.5 py-3">
      <h3 className="mb-1.5 font-mono text-sm">{pair}</h3>
      <ul className="flex flex-col gap-1 text-xs">
        {rails.map((rail) => {
          const cell = cellOf(runs.filter((run) => run.rail === rail))
          if (!cell) return null
          return (
            <li
              key={rail}
              data-verdict={cell.state}
              title={cell.words}
              className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)_4.5rem] items-center gap-2"
            >
              <code className="truncate" title={rail}>
                {rail}
              </code>
              <span aria-hidden="true" className="h-3 rounded-sm bg-line-soft">
                <span
                  className="block h-3 rounded-sm bg-state"
                  style={{ width: `${Math.max(1, ((cell.value ?? 0) / top) * 100)}%` }}
                />
              </span>
              <span className="flex items-center gap-1 font-mono">
                <span className="text-state">
                  <StateIcon state={cell.state} size={12} />
                </span>
                {cell.value === null ? 'failed' : rate(cell.value)}
                <span className="sr-only">{cell.words}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

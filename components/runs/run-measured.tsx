import dynamic from 'next/dynamic'
import { Loading } from '@/components/ui/panel-state'
import type { Run } from '@/lib/contract/runs'
import { RdmaMatrix } from './rdma-matrix'
import { RowTable } from './row-table'
import { RunFacts } from './run-facts'
import { RunLog } from './run-log'
import { RunPhases } from './run-phases'

const Chart = dynamic(() => import('./bandwidth-chart').then((module) => module.BandwidthChart), {
  ssr: false,
  loading: () => <Loading what="the chart" lines={5} />,
})

/** Phases, curve, rows, facts and log of a run that measures. */
export function Measured({ run, active }: { run: Run; active: boolean }) {
  return (
    <>
      <RunPhases run={run} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {run.matrix ? (
            <RdmaMatrix run={run} />
          ) : (
            <section aria-labelledby="chart-title" className="panel">
              <div className="panel-head">
                <h2 id="chart-title" className="text-base font-semibold">
                  Bandwidth
                </h2>
                <span className="text-sm text-muted">GB/s by message size</span>
              </div>
              {run.rows.length === 0 ? (
                <p className="px-3.5 py-8 text-center text-sm text-muted">
                  {active ? 'The first size has not been measured yet.' : 'No size was measured.'}
                </p>
              ) : (
                <Chart series={curves(run)} withAlgorithm expected={run.expected} curve={run.expectedCurve} />
              )}
            </section>
          )}
          {run.rows.length > 0 && <RowTable run={run} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <RunFacts run={run} />
          <RunLog id={run.id} lines={run.logLines} firstError={run.firstError} active={active} />
        </div>
      </div>
    </>
  )
}

/** The run's own curve, and that of the last good run like it. */
function curves({ id, rows, lastGood }: Run) {
  const own = { id, title: 'busbw', rows }
  return lastGood ? [own, { id: lastGood.id, title: 'last good run', rows: lastGood.rows }] : [own]
}

'use client'

import { useQueries } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs'
import { StateMark } from '@/components/state/state-mark'
import { PageHead } from '@/components/ui/page-head'
import { Empty, Failure, Loading } from '@/components/ui/panel-state'
import { queries } from '@/lib/contract/queries'
import type { Run } from '@/lib/contract/runs'
import { bytes, rate, runMark } from './words'

const Chart = dynamic(() => import('./bandwidth-chart').then((module) => module.BandwidthChart), {
  ssr: false,
  loading: () => <Loading what="the chart" />,
})

const MAX = 6

/** Up to six runs over each other: curves, the largest common sizes, and what NCCL said differently. */
export function ComparePage() {
  const [ids] = useQueryState('ids', parseAsArrayOf(parseAsString).withDefault([]))
  const answers = useQueries({ queries: ids.slice(0, MAX).map((id) => queries.run(id)) })
  const runs = answers.map((answer) => answer.data).filter((run) => run !== undefined)
  const failed = answers.find((answer) => answer.error)
  return (
    <>
      <PageHead title="Compare runs" up={{ href: '/runs', title: 'Runs' }} />
      <div className="panel">
        {ids.length < 2 ? (
          <Empty
            title="Choose at least two runs"
            action={
              <Link href="/runs" className="link">
                To the runs
              </Link>
            }
          />
        ) : failed ? (
          <Failure error={failed.error} retry={() => failed.refetch()} />
        ) : runs.length < answers.length ? (
          <Loading what="the runs" />
        ) : (
          <>
            <Chart
              series={runs.map((run) => ({ id: run.id, title: label(run), rows: run.rows }))}
              expected={runs[0]?.expected ?? null}
            />
            <Differences runs={runs} />
          </>
        )}
      </div>
    </>
  )
}

function label(run: Run): string {
  return `${run.nodes.length > 2 ? `${run.nodes.length} nodes` : run.nodes.join(', ')} · ${run.createdAt.slice(0, 16).replace('T', ' ')}`
}

function Differences({ runs }: { runs: readonly Run[] }) {
  const common = (runs[0]?.rows ?? [])
    .map((row) => row.sizeBytes)
    .filter((size) => runs.every((run) => run.rows.some((row) => row.sizeBytes === size)))
  const differing = [...differencesOf(runs, (run) => run.facts), ...differencesOf(runs, (run) => run.environment)]
  return (
    <section tabIndex={0} aria-label="Differences" className="overflow-x-auto border-t border-line-soft">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Value</span>
            </th>
            {runs.map((run) => (
              <th key={run.id} scope="col">
                <Link href={`/runs/${encodeURIComponent(run.id)}`} prefetch={false} className="link">
                  {label(run)}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Verdict</th>
            {runs.map((run) => {
              const mark = runMark(run)
              return (
                <td key={run.id}>
                  <StateMark state={mark.state}>{mark.words}</StateMark>
                </td>
              )
            })}
          </tr>
          {common.slice(-SIZES).map((size) => (
            <tr key={size}>
              <th scope="row">busbw at {bytes(size)}</th>
              {runs.map((run) => (
                <td key={run.id} className="font-mono text-xs">
                  {rate(at(run, size))} GB/s{' '}
                  <span className="text-muted">{delta(at(run, size), at(runs[0], size))}</span>
                </td>
              ))}
            </tr>
          ))}
          {differing.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                <td key={runs[index]?.id} className="break-all">
                  {value ?? 'unknown'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {differing.length === 0 && (
        <p className="px-3.5 py-3 text-sm text-muted">
          Image, versions, firmware, settings and what NCCL said are the same.
        </p>
      )}
    </section>
  )
}

/** Sizes whose bandwidth is compared: the largest ones say most. */
const SIZES = 3

/** Labelled values that are not the same everywhere. */
function differencesOf(
  runs: readonly Run[],
  read: (run: Run) => readonly { label: string; value: string }[],
): { name: string; values: (string | undefined)[] }[] {
  const names = [...new Set(runs.flatMap((run) => read(run).map((each) => each.label)))]
  return names.flatMap((name) => {
    const values = runs.map((run) => read(run).find((each) => each.label === name)?.value)
    return new Set(values).size > 1 ? [{ name, values }] : []
  })
}

function at(run: Run | undefined, size: number): number | null {
  return run?.rows.find((row) => row.sizeBytes === size)?.busbwGBps ?? null
}

/** Difference to the first run: `−12 %`. */
function delta(value: number | null, first: number | null): string {
  if (value === null || first === null || first === 0 || value === first) return ''
  const share = Math.round((value / first - 1) * 100)
  return share === 0 ? '' : `${share > 0 ? '+' : '−'}${Math.abs(share)} %`
}

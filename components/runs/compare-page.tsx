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
  const sizes = common.slice(-3)
  const labels = [...new Set(runs.flatMap((run) => run.facts.map((fact) => fact.label)))]
  const differing = labels.filter(
    (name) => new Set(runs.map((run) => run.facts.find((fact) => fact.label === name)?.value)).size > 1,
  )
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
          {sizes.map((size) => (
            <tr key={size}>
              <th scope="row">busbw at {bytes(size)}</th>
              {runs.map((run) => (
                <td key={run.id} className="font-mono text-xs">
                  {rate(run.rows.find((row) => row.sizeBytes === size)?.busbwGBps ?? null)} GB/s
                </td>
              ))}
            </tr>
          ))}
          {differing.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {runs.map((run) => (
                <td key={run.id}>{run.facts.find((fact) => fact.label === name)?.value ?? 'unknown'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { LinkButton } from '@/components/ui/button'
import { PageHead } from '@/components/ui/page-head'
import { Empty, Panel } from '@/components/ui/panel-state'
import { queries } from '@/lib/contract/queries'
import { runMark, shortTitle } from './words'

/** Most runs laid over each other. */
const MAX_COMPARED = 6

/** Benchmark runs, newest first. */
export function RunsPage() {
  const query = useQuery(queries.runs())
  const [chosen, setChosen] = useState<readonly string[]>([])
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((entry) => entry !== id) : [...chosen, id].slice(-MAX_COMPARED))
  return (
    <>
      <PageHead title="Runs" note="what NCCL and RDMA really reach, the only proof of levels 9 and 10">
        {chosen.length > 1 && (
          <LinkButton href={`/runs/compare?ids=${chosen.map(encodeURIComponent).join(',')}`}>
            Compare {chosen.length}
          </LinkButton>
        )}
        {query.data?.enabled && (
          <LinkButton href="/runs/new" variant="primary">
            <Plus size={14} aria-hidden="true" /> New run
          </LinkButton>
        )}
      </PageHead>
      {query.data && !query.data.enabled && (
        <p className="mb-3 rounded-md border border-line bg-surface px-3.5 py-2 text-sm text-muted">
          Runs are switched off{query.data.disabledReason ? `: ${query.data.disabledReason}` : ''}.
        </p>
      )}
      <section className="panel">
        <Panel query={query} what="runs">
          {({ runs: all, enabled }) => {
            // Runs of a search are seen in it.
            const runs = all.filter((run) => run.parent === null)
            return runs.length === 0 ? (
              <Empty
                title="No run yet"
                action={enabled ? <LinkButton href="/runs/new">Plan the first one</LinkButton> : undefined}
              >
                A run starts only after a named person confirmed its exact manifest, and cleans up after itself.
              </Empty>
            ) : (
              <ul>
                {runs.map((run) => {
                  const mark = runMark(run)
                  return (
                    <li
                      key={run.id}
                      className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-2 border-b border-line-soft px-3.5 py-2.5 last:border-0 md:grid-cols-[1.5rem_9rem_minmax(0,1fr)_auto]"
                    >
                      <label className="-m-1 grid size-6 place-items-center">
                        <input
                          disabled={run.kind !== 'nccl'}
                          type="checkbox"
                          aria-label={`Compare ${run.title}, ${run.createdAt}`}
                          checked={chosen.includes(run.id)}
                          onChange={() => toggle(run.id)}
                          className="size-4 accent-accent"
                        />
                      </label>
                      <StateMark state={mark.state}>{mark.words}</StateMark>
                      <div className="min-w-0 max-md:col-start-2">
                        <Link
                          href={`/runs/${encodeURIComponent(run.id)}`}
                          prefetch={false}
                          className="font-medium no-underline hover:underline"
                        >
                          {shortTitle(run)}
                        </Link>{' '}
                        <span className="font-mono text-xs text-muted">{run.nodes.join(' · ')}</span>
                        {run.sentence && <p className="text-sm text-muted">{run.sentence}</p>}
                      </div>
                      <p className="text-xs text-muted max-md:col-start-2 md:text-right">
                        <Time at={run.createdAt} only="age" />, by {run.by}
                      </p>
                    </li>
                  )
                })}
              </ul>
            )
          }}
        </Panel>
      </section>
    </>
  )
}

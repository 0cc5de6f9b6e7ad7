'use client'

import { useQuery } from '@tanstack/react-query'
import { byWeight, CauseRow } from '@/components/fleet/top-causes'
import { Time } from '@/components/time/time'
import { PageHead } from '@/components/ui/page-head'
import { Empty, Panel } from '@/components/ui/panel-state'
import { queries } from '@/lib/contract/queries'

/** One row per cause over the fleet: what is really wrong, most nodes first. */
export function CausesPage() {
  const query = useQuery(queries.causes())
  return (
    <>
      <PageHead
        title="Causes"
        note={
          query.data && (
            <>
              as of <Time at={query.data.at} />
            </>
          )
        }
      />
      <section className="panel max-w-4xl">
        <Panel query={query} what="causes">
          {({ causes }) =>
            causes.length === 0 ? (
              <Empty title="No cause found">
                Nothing that Cairn can see is failing. Nodes without fresh evidence are unknown and listed on the fleet
                page.
              </Empty>
            ) : (
              <ol>
                {byWeight(causes).map((cause) => (
                  <li key={cause.signature} className="border-b border-line-soft last:border-0">
                    <CauseRow cause={cause} most={Math.max(...causes.map((entry) => entry.nodeCount))} />
                  </li>
                ))}
              </ol>
            )
          }
        </Panel>
      </section>
    </>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useEffect, useRef } from 'react'
import { useHotkeys } from '@/components/shell/hotkeys'
import { LinkButton } from '@/components/ui/button'
import { Empty, Loading, Panel } from '@/components/ui/panel-state'
import type { Fleet } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import { ChangeAnnouncer } from './change-announcer'
import { Counters } from './counters'
import { FleetToolbar } from './fleet-toolbar'
import { rememberList } from './last-list'
import { NodeCards } from './node-cards'
import { NodeGrid } from './node-grid'
import { SweepLine } from './sweep-line'
import { TopCauses } from './top-causes'
import { listKinds, useFleetView, useSelection } from './view'

const NodeTable = dynamic(() => import('./node-table').then((module) => module.NodeTable), {
  ssr: false,
  loading: () => <Loading what="the table" />,
})

/** All nodes at once: counters that add up, causes before symptoms, and a grid of first broken levels. */
export function FleetPage() {
  const query = useQuery(queries.fleet())
  return (
    <>
      {query.data && <h1 className="sr-only">Fleet</h1>}
      <Panel query={query} heading="Fleet" what="the fleet" lines={8}>
        {(fleet) => (fleet.counts.total === 0 ? <NoNodes /> : <LoadedFleet fleet={fleet} />)}
      </Panel>
    </>
  )
}

function NoNodes() {
  return (
    <div className="panel">
      <Empty title="No GPU nodes yet" action={<LinkButton href="/doctor">See what Cairn can reach</LinkButton>}>
        Cairn lists the nodes of the cluster as soon as it may read them. Until then nothing is known, and nothing is
        claimed to be OK.
      </Empty>
    </div>
  )
}

function LoadedFleet({ fleet }: { fleet: Fleet }) {
  const [view, setView] = useFleetView()
  const selection = useSelection(fleet, view)
  const box = useRef<HTMLInputElement>(null)
  useHotkeys({ '/': () => box.current?.focus(), '.': () => void setView({ problems: !view.problems }) })
  useEffect(
    () => rememberList(selection.groups.flatMap((group) => group.nodes.map((node) => node.name))),
    [selection.groups],
  )
  const kinds = listKinds(fleet.nodes.length)
  const kind = kinds.find((each) => each === view.view) ?? kinds[0] ?? 'grid'
  const filtered = selection.nodes.length !== fleet.nodes.length
  return (
    <>
      <SweepLine sweep={fleet.sweep} />
      <Counters fleet={fleet} view={view} setView={setView} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(300px,420px)_minmax(0,1fr)]">
        <TopCauses causes={fleet.causes} />
        <section aria-label="Nodes" className="panel">
          <FleetToolbar
            view={view}
            setView={setView}
            kinds={kinds}
            kind={kind}
            attributes={selection.attributes}
            by={selection.by}
            problems={selection.problems}
            box={box}
            nodes={selection.nodes}
          />
          {selection.nodes.length === 0 ? (
            <Empty title="No node fits this filter">
              {fleet.nodes.length} nodes are hidden by “{view.q || 'problems only'}”.{' '}
              <button type="button" className="link" onClick={() => void setView({ q: null, problems: null })}>
                Show all
              </button>
            </Empty>
          ) : kind === 'table' ? (
            <NodeTable
              nodes={selection.nodes}
              attributes={selection.attributes}
              sort={view.sort}
              onSort={(sort) => void setView({ sort })}
            />
          ) : kind === 'cards' ? (
            <NodeCards groups={selection.groups} />
          ) : (
            <NodeGrid groups={selection.groups} fill={view.fill} />
          )}
          <p className="sr-only" role="status">
            {filtered ? `${selection.nodes.length} of ${fleet.nodes.length} nodes shown` : ''}
          </p>
        </section>
      </div>
      <ChangeAnnouncer fleet={fleet} />
    </>
  )
}

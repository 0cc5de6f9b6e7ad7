'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { CheckList } from '@/components/evidence/check-list'
import { EvidencePanel } from '@/components/evidence/evidence-panel'
import { neighbour } from '@/components/fleet/last-list'
import { nodeChange } from '@/components/share/seen'
import { SeenNote } from '@/components/share/seen-note'
import { useHotkeys } from '@/components/shell/hotkeys'
import { Panel } from '@/components/ui/panel-state'
import type { NodePage as NodePageData } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import { CHECK_LEVELS, LEVELS } from '@/lib/levels'
import { HeadlineCard } from './headline-card'
import { NodeFacts } from './node-facts'
import { NodeHead } from './node-head'
import { Pyramid } from './pyramid'
import { Timeline } from './timeline'
import { useVerify } from './use-verify'
import { defaultLevel, useNodeView } from './view'

/** One node: which level broke first, why, and what fixes it, before anything is clicked. */
export function NodePage({ name }: { name: string }) {
  const query = useQuery(queries.node(name))
  return (
    <Panel query={query} heading={name} what={name} lines={9}>
      {(page) => <LoadedNode page={page} />}
    </Panel>
  )
}

function LoadedNode({ page }: { page: NodePageData }) {
  const { report } = page
  const [view, setView] = useNodeView()
  const router = useRouter()
  const client = useQueryClient()
  const verify = useVerify(page)
  const shownCheck = report.checks.find((check) => check.id === view.check) ?? null
  const level = CHECK_LEVELS.find((id) => id === view.level) ?? shownCheck?.level ?? defaultLevel(report)
  const openLevel = (id: string) => void setView({ level: id, check: null }, { history: 'push' })
  const step = (by: 1 | -1) => {
    const all = client.getQueryData(queries.fleet().queryKey)?.nodes.map((node) => node.name) ?? []
    const next = neighbour(report.node, by, all)
    if (next) router.push(`/nodes/${encodeURIComponent(next)}`)
  }
  const problems = report.checks.filter((check) => check.state === 'fail' || check.state === 'unknown')
  useHotkeys({
    ...Object.fromEntries(LEVELS.map((entry) => [String(entry.number % 10), () => openLevel(entry.id)])),
    '[': () => step(-1),
    ']': () => step(1),
    v: () => verify.start(),
    n: () => {
      const next = problems[(problems.findIndex((check) => check.id === view.check) + 1) % Math.max(1, problems.length)]
      if (next) void setView({ check: next.id, level: null }, { history: 'push' })
    },
    Escape: () => void setView({ check: null }),
  })
  useEffect(() => {
    document.title = `${report.node} · ${report.state === 'pass' ? 'OK' : report.headline} · Cairn`
  }, [report.node, report.state, report.headline])
  return (
    <>
      <NodeHead page={page} verify={verify} />
      <SeenNote change={(seen) => nodeChange(seen, report)} />
      <HeadlineCard page={page} onWhy={(check) => void setView({ check, level: null }, { history: 'push' })} />
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)] items-start gap-x-5 gap-y-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className={shownCheck ? 'order-2 lg:order-1' : ''}>
          <Pyramid report={report} selected={level} onSelect={openLevel} />
        </div>
        <div className={`min-w-0 ${shownCheck ? 'order-1 lg:order-2' : ''}`}>
          {shownCheck ? (
            <EvidencePanel
              node={report.node}
              check={shownCheck}
              onClose={() => void setView({ check: null })}
              onVerify={() => verify.start(shownCheck.id)}
            />
          ) : (
            <CheckList
              report={report}
              level={level}
              onEvidence={(check) => void setView({ check }, { history: 'push' })}
            />
          )}
        </div>
      </div>
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <NodeFacts page={page} />
        <Timeline transitions={page.timeline} checks={report.checks} />
      </div>
    </>
  )
}

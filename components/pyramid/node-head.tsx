'use client'

import { useQuery } from '@tanstack/react-query'
import { ActivitySquare, RotateCw } from 'lucide-react'
import Link from 'next/link'
import { ShareMenu } from '@/components/share/share-menu'
import { levelName, WORD } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Button, Kbd, LinkButton } from '@/components/ui/button'
import type { NodePage } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import type { NodeReport } from '@/lib/report'
import type { Verify } from './use-verify'

/** Name, state, age, and what can be done. */
export function NodeHead({ page, verify }: { page: NodePage; verify: Verify }) {
  const { report } = page
  const profile = page.facts.find((fact) => fact.label.toLowerCase() === 'profile')?.value ?? report.profile
  const runs = useQuery({ ...queries.runs(), select: (list) => list.enabled })
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3.5 gap-y-2">
      <h1 className="flex items-baseline gap-2 text-[1.4rem] leading-8 font-semibold tracking-tight">
        <Link
          href="/"
          prefetch={false}
          className="text-sm font-normal tracking-normal text-muted no-underline hover:text-text"
        >
          Fleet /
        </Link>
        {report.node}
      </h1>
      <StateMark state={report.state} strong>
        {stateWords(report)}
      </StateMark>
      <p className="text-sm text-muted">
        {report.readAt ? (
          <>
            read <Time at={report.readAt} />
          </>
        ) : (
          'never read'
        )}
        {profile ? ` · ${profile}` : ''}
        {report.stale && <span className="text-warn"> · from before the last restart of Cairn</span>}
      </p>
      {/* In the line, so that the page below does not move. */}
      <p
        role="status"
        title={verify.busy ? verify.sections.join(', ') : undefined}
        className="max-w-96 min-w-0 flex-1 truncate text-sm text-running max-md:basis-full max-md:empty:hidden"
      >
        {verify.busy && verify.sections.length > 0 ? `Reading again: ${verify.sections.join(', ')}` : verify.outcome}
      </p>
      <span className="ml-auto" />
      <div className="no-print flex flex-wrap items-center gap-2">
        <ShareMenu subject={{ kind: 'node', name: report.node }} page={page} />
        {runs.data !== false && (
          <LinkButton href={`/runs/new?nodes=${encodeURIComponent(report.node)}`}>
            <ActivitySquare size={14} aria-hidden="true" /> Run NCCL
          </LinkButton>
        )}
        <Button
          variant="primary"
          aria-disabled={verify.busy || !verify.allowed}
          title={verify.allowed ? undefined : 'Needs the operator role'}
          onClick={() => verify.start()}
        >
          <RotateCw size={14} aria-hidden="true" className={verify.busy ? 'motion-turn' : ''} />
          {verify.busy ? 'Reading…' : 'Verify again'} <Kbd>v</Kbd>
        </Button>
      </div>
    </div>
  )
}

function stateWords(report: NodeReport): string {
  if (report.state === 'fail' && report.firstBroken)
    return `Failed at level ${levelName(report.firstBroken).number} of 10`
  if (report.state === 'pass' && report.levels.some((level) => level.id === 'nccl' && level.shown === 'pass'))
    return 'OK, proved by a run'
  if (report.state === 'pass' && report.provedUpTo) return `OK up to ${levelName(report.provedUpTo).title}`
  return WORD[report.state]
}

'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { byName } from '@/components/fleet/group'
import { FixBox } from '@/components/pyramid/fix-box'
import { causeChange } from '@/components/share/seen'
import { SeenNote } from '@/components/share/seen-note'
import { ShareMenu } from '@/components/share/share-menu'
import { levelName } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Clamp } from '@/components/ui/clamp'
import { CopyButton } from '@/components/ui/copy-button'
import { PageHead } from '@/components/ui/page-head'
import { Panel } from '@/components/ui/panel-state'
import { SourceRef } from '@/components/ui/source-ref'
import type { CausePage as CausePageData } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import { levelInfo } from '@/lib/levels'

/** One cause: its nodes, what they share that others do not, and one runbook. */
export function CausePage({ signature }: { signature: string }) {
  const query = useQuery(queries.cause(signature))
  return (
    <Panel query={query} heading="Cause" what="the cause" lines={7}>
      {(page) => <Loaded page={page} />}
    </Panel>
  )
}

function Loaded({ page }: { page: CausePageData }) {
  const { cause } = page
  const level = levelInfo(cause.level)
  return (
    <>
      <PageHead title={cause.title} up={{ href: '/causes', title: 'Causes' }}>
        <ShareMenu subject={{ kind: 'cause', signature: cause.signature }} cause={page} />
      </PageHead>
      <SeenNote change={(seen) => causeChange(seen, cause.nodeCount)} />
      <section
        data-verdict="fail"
        className="mb-4 grid gap-x-6 gap-y-3 rounded-lg border border-l-4 border-state/45 border-l-state bg-surface bg-linear-to-r from-state-bg to-60% px-5 py-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,29rem)]"
      >
        <div>
          <p className="text-[1.05rem] font-semibold">
            {cause.nodeCount.toLocaleString('en')} {cause.nodeCount === 1 ? 'node' : 'nodes'}
            {cause.scope === 'cluster' ? ', one cause in the cluster' : ''}
          </p>
          <Clamp text={cause.summary} lines={4} className="mt-1 max-w-[74ch]" />
          <p className="mt-2 text-sm text-muted">
            {level.number > 0 ? `Level ${level.number}, ` : ''}
            {level.title}
            {cause.since && (
              <>
                {' · since '}
                <Time at={cause.since} />
              </>
            )}
          </p>
          <details className="mt-2 text-sm">
            <summary className="min-h-6 text-muted">Why, and the sources</summary>
            <p className="mt-1 max-w-[74ch] text-muted">{page.why}</p>
            <ul className="mt-1 list-disc pl-5 text-xs text-muted">
              {page.refs.map((ref) => (
                <li key={ref}>
                  <SourceRef text={ref} />
                </li>
              ))}
            </ul>
          </details>
        </div>
        {page.fix.length > 0 && <FixBox steps={page.fix} title="Runbook" hotkey />}
      </section>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <Nodes page={page} />
        <InCommon page={page} />
      </div>
    </>
  )
}

function Nodes({ page }: { page: CausePageData }) {
  const nodes = [...page.nodes].sort((a, b) => byName(a.name, b.name))
  return (
    <section aria-labelledby="cause-nodes" className="panel">
      <div className="panel-head">
        <h2 id="cause-nodes" className="text-base font-semibold">
          Nodes
        </h2>
        <span className="flex-1" />
        <Link
          href={`/?q=${encodeURIComponent(`cause:${page.cause.signature}`)}`}
          prefetch={false}
          className="link text-sm"
        >
          Show in the fleet
        </Link>
        <CopyButton text={nodes.map((node) => node.name).join('\n')} what="Node names" label="Copy names" />
      </div>
      <ul>
        {nodes.map((node) => (
          <li
            key={node.name}
            className="grid grid-cols-[8rem_minmax(0,1fr)_auto] items-center gap-3 border-b border-line-soft px-3.5 py-1 text-sm [contain-intrinsic-size:auto_34px] [content-visibility:auto] last:border-0"
          >
            <Link
              href={`/nodes/${encodeURIComponent(node.name)}`}
              prefetch={false}
              className="truncate py-0.5 font-medium no-underline hover:underline"
            >
              {node.name}
            </Link>
            <StateMark state={node.state}>
              {node.firstBroken ? `Failed at ${levelName(node.firstBroken).title}` : undefined}
            </StateMark>
            <span className="text-xs text-muted">
              {node.readAt ? <Time at={node.readAt} only="age" /> : 'never read'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function percent(part: number, of: number): string {
  return of === 0 ? '–' : `${Math.round((part / of) * 100)}%`
}

function InCommon({ page }: { page: CausePageData }) {
  return (
    <section aria-labelledby="in-common" className="panel">
      <div className="panel-head">
        <h2 id="in-common" className="text-base font-semibold">
          What they have in common
        </h2>
        <span className="text-sm text-muted">and the others do not</span>
      </div>
      {page.inCommon.length === 0 ? (
        <p className="px-3.5 py-3 text-sm text-muted">Nothing that Cairn knows of sets these nodes apart.</p>
      ) : (
        <ul className="px-3.5 py-1.5">
          {page.inCommon.map((fact) => (
            <li key={`${fact.attribute} ${fact.value}`} className="py-1.5 text-sm">
              <div className="flex justify-between gap-3">
                <span>
                  <span className="text-muted">{fact.attribute}</span> <b className="font-mono text-xs">{fact.value}</b>
                </span>
                <span className="text-xs whitespace-nowrap text-muted tabular-nums">
                  <b className="text-text">{percent(fact.here, fact.hereOf)}</b> here ({fact.here} of {fact.hereOf}),{' '}
                  {percent(fact.there, fact.thereOf)} elsewhere
                </span>
              </div>
              <div aria-hidden="true" className="mt-1 h-1.5 rounded-full bg-line-soft">
                <div className="h-full rounded-full bg-accent" style={{ width: percent(fact.here, fact.hereOf) }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

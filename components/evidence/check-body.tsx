'use client'

import { FileSearch } from 'lucide-react'
import Link from 'next/link'
import { FixBox } from '@/components/pyramid/fix-box'
import { shownOf, WORD } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import type { Finding } from '@/lib/check'
import type { JudgedCheck } from '@/lib/report'
import { DetailView } from './detail-view'

/** Everything a check says: sentence, what it waits for, per device, evidence, fix. */
export function CheckBody({
  check,
  onEvidence,
  children,
}: {
  check: JudgedCheck
  onEvidence?(check: string): void
  children?: React.ReactNode
}) {
  return (
    <div className="pb-3">
      <div className="px-3.5 text-sm">
        <p className="max-w-[80ch]">{check.summary}</p>
        {check.contradiction && (
          <p className="mt-1.5 rounded-md border border-warn/50 bg-warn-bg px-2.5 py-1 text-warn">
            Contradiction: {check.contradiction}
          </p>
        )}
        {check.stale && <p className="mt-1 text-warn">The evidence is older than it may be: read the node again.</p>}
        {check.blockedBy.length > 0 && (
          <p className="mt-1 text-muted">
            Waits for{' '}
            {check.blockedBy.map((id, index) => (
              <span key={id}>
                {index > 0 && ', '}
                <Link href={`?check=${encodeURIComponent(id)}`} prefetch={false} className="link font-mono text-xs">
                  {id}
                </Link>
              </span>
            ))}
          </p>
        )}
      </div>
      <Findings findings={check.findings} />
      <div className="flex flex-col gap-3">
        {check.evidence.map((detail, index) => (
          <DetailView key={`${index + 1} ${detail.kind}`} detail={detail} />
        ))}
      </div>
      {children}
      {check.fix.length > 0 && (
        <div className="mx-3.5 mt-3">
          <FixBox steps={check.fix} />
        </div>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1.5 px-3.5 text-xs text-muted">
        {onEvidence && (
          <Button className="min-h-7 text-xs" onClick={() => onEvidence(check.id)}>
            <FileSearch size={13} aria-hidden="true" /> Evidence
          </Button>
        )}
        <Link href={`/checks/${encodeURIComponent(check.id)}`} prefetch={false} className="link font-mono">
          {check.id}
        </Link>
        {check.since && (
          <span>
            {WORD[shownOf(check.state)]} since <Time at={check.since} only="clock" />
          </span>
        )}
        {check.scope === 'cluster' && <span>judged once for the cluster</span>}
      </div>
    </div>
  )
}

/** Devices shown before the rest folds away. */
const OPEN = 4

function Findings({ findings }: { findings: readonly Finding[] }) {
  const bad = findings.filter((finding) => finding.status !== 'pass')
  if (bad.length === 0) return null
  const rest = bad.slice(OPEN)
  return (
    <div className="my-2 px-3.5 text-sm">
      <ul className="flex flex-col gap-0.5">
        {bad.slice(0, OPEN).map((finding) => (
          <FindingLine key={finding.subject + finding.summary} finding={finding} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary className="min-h-6 text-sm text-muted">{rest.length} more</summary>
          <ul className="flex flex-col gap-0.5">
            {rest.map((finding) => (
              <FindingLine key={finding.subject + finding.summary} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function FindingLine({ finding }: { finding: Finding }) {
  return (
    <li className="flex items-baseline gap-2" data-verdict={finding.status}>
      <span className="self-center text-state">
        <StateIcon state={finding.status} size={13} />
      </span>
      <code className="text-xs">{finding.subject}</code>
      <span className="text-muted">{finding.summary}</span>
    </li>
  )
}

/** The state of a check as a heading line. */
export function CheckState({ check }: { check: JudgedCheck }) {
  return <StateMark state={shownOf(check.state)} strong />
}

'use client'

import { FileSearch } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { FixBox } from '@/components/pyramid/fix-box'
import { shownOf, WORD } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { Clamp } from '@/components/ui/clamp'
import type { Detail, Finding } from '@/lib/check'
import type { JudgedCheck } from '@/lib/report'
import { blindReads } from './blind'
import { DetailView } from './detail-view'

/** Everything a check says: sentence, what it waits for, per device, evidence, fix. */
export function CheckBody({
  check,
  onEvidence,
  children,
}: {
  check: JudgedCheck
  onEvidence?(check: string): void
  children?: ReactNode
}) {
  return (
    <div className="pb-3">
      <div className="px-3.5 text-sm">
        <Clamp text={check.summary} lines={4} className="max-w-[80ch]" />
        <Blind check={check} />
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
      <Findings findings={check.findings} said={check.summary} />
      {/* The raw answers below already show the lines. */}
      <Details details={children ? check.evidence.filter((detail) => detail.kind !== 'lines') : check.evidence} />
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

/** Says when the fault is in Cairn's own eyes, and where that is mended. */
function Blind({ check }: { check: JudgedCheck }) {
  const reads = check.state === 'unknown' ? blindReads(check) : []
  if (reads.length === 0 && check.level !== 'reach') return null
  if (reads.length === 0 && check.state !== 'fail' && check.state !== 'warn') return null
  const first = reads[0]
  return (
    <p className="mt-1 text-muted">
      {first && (
        <>
          Cairn could not see <code className="text-xs">{first.id}</code> ({first.status}
          {reads.length > 1 ? `, and ${reads.length - 1} more` : ''}).{' '}
        </>
      )}
      <Link href="/doctor" prefetch={false} className="link">
        What is missing, and how to grant it
      </Link>
    </p>
  )
}

function Details({ details }: { details: readonly Detail[] }) {
  return (
    <div className="flex flex-col gap-3">
      {details.map((detail, index) => (
        <DetailView key={`${index + 1} ${detail.kind}`} detail={detail} />
      ))}
    </div>
  )
}

/** Groups of devices shown before the rest folds away. */
const OPEN = 4

/** A finding longer than this is not repeated under a summary that holds it. */
const LONG = 80

/** Devices of one group named in the line itself. */
const NAMED = 2

interface Group {
  status: Finding['status']
  summary: string
  subjects: string[]
}

/** Devices that say the same thing are one line ("0000:18:00.0 and 7 more"), in the order of the check (UX-38). */
function grouped(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { status, summary, subject } of findings) {
    if (status === 'pass') continue
    const key = `${status} ${summary}`
    const group = groups.get(key)
    if (group) group.subjects.push(subject)
    else groups.set(key, { status, summary, subjects: [subject] })
  }
  return [...groups.values()]
}

function Findings({ findings, said }: { findings: readonly Finding[]; said: string }) {
  const groups = grouped(findings)
  const [only] = groups
  if (only === undefined) return null
  // A long sentence that stands above already is not said twice.
  if (groups.length === 1 && only.summary.length > LONG && said.includes(only.summary.slice(0, LONG))) return null
  const rest = groups.slice(OPEN)
  return (
    <div className="my-2 px-3.5 text-sm">
      <ul className="flex flex-col gap-0.5">
        {groups.slice(0, OPEN).map((group) => (
          <FindingLine key={group.status + group.summary} group={group} />
        ))}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary className="min-h-6 text-sm text-muted">{rest.length} more</summary>
          <ul className="flex flex-col gap-0.5">
            {rest.map((group) => (
              <FindingLine key={group.status + group.summary} group={group} />
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function FindingLine({ group }: { group: Group }) {
  const { status, summary, subjects } = group
  const more = subjects.length - NAMED
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-2" data-verdict={status}>
      <span className="mt-0.5 text-state">
        <StateIcon state={status} size={13} />
      </span>
      <span>
        <code className="text-xs">{(more > 1 ? subjects.slice(0, NAMED) : subjects).join(', ')}</code>
        {more > 1 && <span title={subjects.join(', ')}> and {more} more</span>}
        <span className="text-muted">: {summary}</span>
      </span>
    </li>
  )
}

/** The state of a check as a heading line. */
export function CheckState({ check }: { check: JudgedCheck }) {
  return <StateMark state={shownOf(check.state)} strong />
}

'use client'

import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { blindReads } from '@/components/evidence/blind'
import { levelName } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import { Clamp } from '@/components/ui/clamp'
import type { NodePage } from '@/lib/contract/api'
import { headlineOf, otherProblems } from './findings-of'
import { FixBox } from './fix-box'

export interface HeadlineCardProps {
  page: NodePage
  /** Opens the evidence of a check. */
  onWhy(check: string): void
}

/** The answer: what is wrong, because of which values, what to do, and who else has it. The only loud thing on the page. */
export function HeadlineCard({ page, onWhy }: HeadlineCardProps) {
  const { report } = page
  const { cause, check, values } = headlineOf(report)
  const fix = cause?.fix.length ? cause.fix : (check?.fix ?? [])
  const others = cause ? (page.sharedBy[cause.signature] ?? 1) - 1 : 0
  const isUnknown = report.state === 'unknown' && check?.state === 'unknown'
  const title = isUnknown ? 'Not known yet' : (cause?.title ?? check?.title ?? report.headline)
  const sentence = isUnknown
    ? report.headline.replace(/^Not known yet: /, '')
    : (cause?.summary ?? check?.summary ?? null)
  const isBlind = check !== null && (blindReads(check).length > 0 || check.level === 'reach')
  const level = cause ? null : report.firstBroken
  return (
    <section
      aria-label="What is wrong"
      data-verdict={report.state}
      className={`rounded-lg border border-state/45 border-l-4 border-l-state bg-surface bg-linear-to-r from-state-bg to-60% ${report.state === 'unknown' ? 'pattern-none' : ''}`}
    >
      <div
        className={`grid gap-x-6 gap-y-3 px-4 py-3 md:px-5 md:py-3.5 ${fix.length > 0 ? 'lg:grid-cols-[minmax(0,1fr)_minmax(0,29rem)]' : ''}`}
      >
        <div className="min-w-0">
          <h2 className="text-[1.2rem] leading-6 font-semibold tracking-tight">{title}</h2>
          {sentence && sentence !== title && (
            <Clamp text={sentence} lines={4} className="mt-1.5 max-w-[74ch] text-[0.95rem] leading-snug" />
          )}
          {values.length > 0 && (
            <dl className="mt-2 flex flex-wrap gap-x-6 gap-y-1">
              {values.map((value) => (
                <div key={value.label} className="flex flex-wrap gap-x-2 text-sm">
                  <dt className="font-mono text-xs leading-5 text-muted">{value.label}</dt>
                  <dd>
                    now <b className="font-mono text-state">{`${value.value}${value.unit ?? ''}`}</b>, expected{' '}
                    <b className="font-mono">{`${value.expected}${value.unit ?? ''}`}</b>{' '}
                    <span className="text-muted">({value.source})</span>
                  </dd>
                </div>
              ))}
            </dl>
          )}
          <ul className="mt-2.5 flex flex-wrap gap-1.5 empty:hidden">
            {cause && (
              <Pill>
                <Link href={`/causes/${encodeURIComponent(cause.signature)}`} prefetch={false} className="pill-link">
                  {others > 0
                    ? `also on ${others.toLocaleString('en')} ${others === 1 ? 'node' : 'nodes'}`
                    : 'on this node only'}
                  <ArrowRight size={12} aria-hidden="true" />
                </Link>
              </Pill>
            )}
            {cause && cause.explains.length > 1 && <Pill>explains {cause.explains.length} checks</Pill>}
            {level && (
              <Pill>
                level {levelName(level).number}, {levelName(level).title}
              </Pill>
            )}
            {check?.since && (
              <Pill>
                <span>
                  since <Time at={check.since} only="clock" />
                </span>
              </Pill>
            )}
            {isBlind && (
              <Pill>
                <Link href="/doctor" prefetch={false} className="pill-link">
                  what Cairn cannot see
                  <ArrowRight size={12} aria-hidden="true" />
                </Link>
              </Pill>
            )}
            {check && (
              <Pill>
                <button type="button" className="pill-link" onClick={() => onWhy(check.id)}>
                  why we believe this
                  <ArrowRight size={12} aria-hidden="true" />
                </button>
              </Pill>
            )}
          </ul>
        </div>
        {fix.length > 0 && <FixBox steps={fix} hotkey compact />}
      </div>
      <Others page={page} onWhy={onWhy} />
    </section>
  )
}

function Pill({ children }: { children: ReactNode }) {
  return (
    <li className="inline-flex min-h-6 items-center rounded-full border border-line bg-surface px-2.5 text-xs text-muted [&_.pill-link]:inline-flex [&_.pill-link]:min-h-6 [&_.pill-link]:items-center [&_.pill-link]:gap-1 [&_.pill-link]:text-text [&_.pill-link]:no-underline [&_.pill-link]:hover:underline">
      {children}
    </li>
  )
}

/** Problems named before the rest folds. */
const NAMED = 4

/** Problems that the headline does not explain. */
function Others({ page, onWhy }: HeadlineCardProps) {
  const [isOpen, setOpen] = useState(false)
  const all = otherProblems(page.report)
  const causes = isOpen ? all.causes : all.causes.slice(0, NAMED)
  const checks = isOpen ? all.checks : all.checks.slice(0, Math.max(0, NAMED - causes.length))
  const more = all.causes.length + all.checks.length - causes.length - checks.length
  if (causes.length + checks.length === 0) return null
  return (
    <div className="border-t border-line-soft px-4 py-2 text-sm md:px-5">
      <h3 className="inline text-muted">Not explained by this:</h3>
      <ul className="ml-2 inline">
        {causes.map((cause) => (
          <li key={cause.signature} className="mr-4 inline-flex min-h-6 items-center gap-1.5">
            <span data-verdict="fail" className="text-state">
              <StateIcon state="fail" size={13} />
            </span>
            <Link href={`/causes/${encodeURIComponent(cause.signature)}`} prefetch={false} className="link">
              {cause.title}
            </Link>
          </li>
        ))}
        {checks.map((check) => (
          <li key={check.id} className="mr-4 inline-flex min-h-6 items-center gap-1.5">
            <span data-verdict="fail" className="text-state">
              <StateIcon state="fail" size={13} />
            </span>
            <button type="button" className="link" onClick={() => onWhy(check.id)}>
              {check.title}
            </button>
          </li>
        ))}
        {more > 0 && (
          <li className="inline-flex min-h-6 items-center">
            <button type="button" className="link" onClick={() => setOpen(true)}>
              and {more} more
            </button>
          </li>
        )}
      </ul>
    </div>
  )
}

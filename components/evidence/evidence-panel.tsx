'use client'

import { useQuery } from '@tanstack/react-query'
import { RotateCw, X } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel-state'
import { SourceRef } from '@/components/ui/source-ref'
import type { EvidencePage } from '@/lib/contract/api'
import { queries } from '@/lib/contract/queries'
import type { JudgedCheck } from '@/lib/report'
import { CheckBody, CheckState } from './check-body'
import { RawEvidence } from './raw-evidence'

export interface EvidencePanelProps {
  node: string
  check: JudgedCheck
  onClose(): void
  onVerify(): void
}

/** The reads that decided, open; the others a check looked at, folded. */
function Reads({ evidence }: { evidence: EvidencePage['evidence'] }) {
  const telling = evidence.filter(
    (entry) =>
      entry.marks.some((mark) => entry.text.includes(mark)) || (entry.status !== 'ok' && entry.status !== 'absent'),
  )
  const open = telling.length > 0 ? telling : evidence.slice(0, 1)
  const rest = evidence.filter((entry) => !open.includes(entry))
  return (
    <div className="mt-3 flex flex-col gap-3">
      {evidence.length === 0 && <p className="px-3.5 text-sm text-muted">Nothing has been read for this check yet.</p>}
      {open.map((entry) => (
        <RawEvidence key={entry.id} evidence={entry} />
      ))}
      {rest.length > 0 && (
        <details>
          <summary className="min-h-6 px-3.5 text-sm text-muted">
            {rest.length === 1 ? '1 more read' : `${rest.length} more reads`} that it looked at:{' '}
            <code className="text-xs">{rest.map((entry) => entry.id).join(', ')}</code>
          </summary>
          <div className="mt-2 flex flex-col gap-3">
            {rest.map((entry) => (
              <RawEvidence key={entry.id} evidence={entry} />
            ))}
          </div>
        </details>
      )}
    </div>
  )
}

/** All that a verdict rests on: what was read, how, where, when, what was expected, and how to see it by hand. */
export function EvidencePanel({ node, check, onClose, onVerify }: EvidencePanelProps) {
  const query = useQuery(queries.evidence(node, check.id))
  const heading = useRef<HTMLHeadingElement>(null)
  const opener = useRef<Element | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another check is another opening
  useEffect(() => {
    opener.current = document.activeElement
    // A page opened by its link keeps its top in view: the answer is there (UX-01).
    if (opener.current !== document.body) heading.current?.focus({ preventScroll: window.innerWidth >= 1024 })
    return () => {
      if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true })
    }
  }, [check.id])
  return (
    <aside aria-labelledby="evidence-title" className="panel overflow-hidden">
      <div className="panel-head">
        <h2 id="evidence-title" ref={heading} tabIndex={-1} className="min-w-0 flex-1 text-base font-semibold">
          {check.title}
        </h2>
        <CheckState check={check} />
        <button
          type="button"
          onClick={onClose}
          aria-label="Close the evidence"
          className="no-print grid size-7 place-items-center rounded-md text-muted hover:bg-line-soft"
        >
          <X size={16} aria-hidden="true" />
        </button>
      </div>
      <div className="pt-2.5">
        <CheckBody check={check}>
          <Panel query={query} what="the evidence" lines={3}>
            {(page) => (
              <>
                <Reads evidence={page.evidence} />
                <details className="mx-3.5 mt-3 rounded-md border border-line-soft px-3 py-1.5 text-sm">
                  <summary className="min-h-6 font-medium">The rule and its sources</summary>
                  <p className="mt-1 max-w-[75ch] text-muted">{page.rule.why}</p>
                  <ul className="mt-1.5 list-disc pl-5 text-xs text-muted">
                    {page.rule.refs.map((ref) => (
                      <li key={ref}>
                        <SourceRef text={ref} />
                      </li>
                    ))}
                  </ul>
                  {page.rule.after.length > 0 && (
                    <p className="mt-1.5 text-xs text-muted">
                      Judged after{' '}
                      {page.rule.after.map((id, index) => (
                        <span key={id}>
                          {index > 0 && ', '}
                          <Link href={`/checks/${encodeURIComponent(id)}`} prefetch={false} className="link font-mono">
                            {id}
                          </Link>
                        </span>
                      ))}
                    </p>
                  )}
                </details>
              </>
            )}
          </Panel>
        </CheckBody>
        <div className="no-print border-t border-line-soft px-3.5 py-2">
          <Button onClick={onVerify} className="min-h-7 text-xs">
            <RotateCw size={13} aria-hidden="true" /> Verify this check
          </Button>
        </div>
      </div>
    </aside>
  )
}

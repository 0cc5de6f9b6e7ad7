'use client'

import { useMemo } from 'react'
import { DetailView } from '@/components/evidence/detail-view'
import { FixBox } from '@/components/pyramid/fix-box'
import { byAttention } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'
import { levelInfo } from '@/lib/levels'
import { FactTable } from './fact-table'

export type CaptureData = ExplainResponse['captures'][number]

/** One capture read: what it is, what it says, what is wrong, where it says so. */
export function Capture({ capture, onKind }: { capture: CaptureData; onKind(kind: string): void }) {
  const verdicts = [...capture.verdicts].sort((a, b) => byAttention(a.status, b.status))
  const marked = useMemo(() => new Set(capture.details.flatMap((detail) => detail.lines)), [capture.details])
  return (
    <section aria-label={capture.file} className="panel overflow-hidden">
      <div className="panel-head">
        <h2 className="text-base font-semibold">{capture.file}</h2>
        <label className="flex items-center gap-1.5 text-sm text-muted">
          read as
          <select
            value={capture.kind ?? ''}
            onChange={(event) => onKind(event.target.value)}
            className="h-7 max-w-60 rounded-md border border-line bg-raised px-1.5 text-sm text-text"
          >
            {capture.kind === null && <option value="">not recognised</option>}
            {capture.kind !== null && !capture.candidates.some((candidate) => candidate.kind === capture.kind) && (
              <option value={capture.kind}>{capture.kind}</option>
            )}
            {capture.candidates.map((candidate) => (
              <option key={candidate.kind} value={candidate.kind}>
                {candidate.title}
              </option>
            ))}
          </select>
        </label>
        <span className="flex-1" />
        {capture.status !== 'ok' && <StateMark state="unknown">{capture.reason?.text ?? capture.status}</StateMark>}
      </div>
      {capture.causes.length > 0 && (
        <ul className="border-b border-line-soft bg-fail-bg px-3.5 py-2.5" data-verdict="fail">
          {capture.causes.map((cause) => (
            <li key={cause.id + cause.summary} className="font-medium">
              {cause.summary}
            </li>
          ))}
        </ul>
      )}
      <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="min-w-0 border-line-soft lg:border-r">
          {verdicts.length === 0 && (
            <p className="px-3.5 py-3 text-sm text-muted">
              {capture.kind === null
                ? 'This is no output that Cairn knows. Choose what it is above, if it is in the list.'
                : 'No check can judge this capture alone. Its facts are below.'}
            </p>
          )}
          <ul>
            {verdicts.map((verdict) => {
              const detail = capture.details.find((entry) => entry.check === verdict.check)
              return (
                <li
                  key={`${verdict.check} ${verdict.subject ?? ''} ${verdict.summary}`}
                  data-verdict={verdict.status}
                  className="border-b border-line-soft py-2"
                >
                  <div className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2.5 px-3.5 text-sm">
                    <span className="mt-0.5 text-state">
                      <StateIcon state={verdict.status} />
                    </span>
                    <div className="min-w-0">
                      <p>{verdict.summary}</p>
                      <p className="text-xs text-muted">
                        <code>{verdict.check}</code> · {levelInfo(verdict.level).title}
                        {verdict.subject ? ` · ${verdict.subject}` : ''}
                      </p>
                    </div>
                  </div>
                  {detail && verdict.status !== 'pass' && (
                    <>
                      {detail.evidence.map((entry, index) => (
                        <DetailView key={`${index + 1}`} detail={entry} />
                      ))}
                      {detail.fix.length > 0 && (
                        <div className="mx-3.5 mt-2">
                          <FixBox steps={detail.fix} />
                        </div>
                      )}
                    </>
                  )}
                </li>
              )
            })}
          </ul>
          <FactTable facts={capture.facts} />
        </div>
        <RawCapture text={capture.text} marked={marked} />
      </div>
    </section>
  )
}

/** Lines of a capture shown: a page is not a log store. */
const MAX_LINES = 3_000

function RawCapture({ text, marked }: { text: string; marked: ReadonlySet<number> }) {
  const lines = useMemo(() => text.split('\n', MAX_LINES), [text])
  return (
    <pre
      tabIndex={0}
      aria-label="Capture, deciding lines marked"
      role="region"
      className="raw max-h-[70vh] overflow-auto py-2.5 max-lg:border-t max-lg:border-line-soft"
    >
      {lines.map((line, index) => (
        <span key={`${index + 1}`} className="block min-h-[1lh] pr-3.5">
          <span aria-hidden="true" className="mr-3 inline-block w-10 text-right text-faint select-none">
            {index + 1}
          </span>
          {marked.has(index + 1) ? <mark>{line}</mark> : line}
        </span>
      ))}
    </pre>
  )
}

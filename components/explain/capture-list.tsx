'use client'

import { useState } from 'react'
import { byAttention } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'
import { answerOf } from '@/lib/explain/answer'
import { Capture } from './capture'

interface CaptureListProps {
  captures: ExplainResponse['captures']
  kinds: ExplainResponse['kinds']
  onKind(file: string, kind: string): void
}

/** Captures listed at first; a sosreport has hundreds. */
const SHOWN = 30

/** Several captures, worst first: one line each, opened one by one. */
export function CaptureList({ captures, kinds, onKind }: CaptureListProps) {
  const [open, setOpen] = useState<string | null>(null)
  const [isAll, setAll] = useState(false)
  const rows = captures
    .map((capture) => ({ capture, answer: answerOf(capture) }))
    .sort((a, b) => byAttention(a.answer.state, b.answer.state))
  return (
    <section aria-label="Captures" className="panel overflow-hidden">
      <h2 className="panel-head font-semibold">Each capture alone</h2>
      <ul>
        {rows.slice(0, isAll ? undefined : SHOWN).map(({ capture, answer }) => (
          <li key={capture.file} data-verdict={answer.state} className="border-b border-line-soft last:border-b-0">
            <button
              type="button"
              aria-expanded={open === capture.file}
              onClick={() => setOpen(open === capture.file ? null : capture.file)}
              className="grid w-full grid-cols-[1rem_minmax(0,1fr)] gap-x-2.5 px-3.5 py-2 text-left text-sm hover:bg-line-soft"
            >
              <span className="mt-0.5 text-state">
                <StateIcon state={answer.state} />
              </span>
              <span className="min-w-0">
                <span className="font-medium break-all">{capture.file}</span>{' '}
                <span className="text-xs text-muted">{capture.kind ?? 'not recognised'}</span>
                <span className="block truncate text-muted">{answer.text}</span>
              </span>
            </button>
            {open === capture.file && (
              <div className="px-2 pb-2">
                <Capture capture={capture} kinds={kinds} onKind={(kind) => onKind(capture.file, kind)} />
              </div>
            )}
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && !isAll && (
        <button type="button" className="link min-h-8 px-3.5 text-sm" onClick={() => setAll(true)}>
          All {rows.length} captures
        </button>
      )}
    </section>
  )
}

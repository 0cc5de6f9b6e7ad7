'use client'

import { useMemo, useState } from 'react'
import { Time } from '@/components/time/time'
import { shortDuration } from '@/components/time/words'
import { CommandLine } from '@/components/ui/command-line'
import { CopyButton } from '@/components/ui/copy-button'
import type { EvidencePage } from '@/lib/contract/api'
import { markLines } from './mark-lines'

type Evidence = EvidencePage['evidence'][number]

const STATUS: Readonly<Record<Evidence['status'], string>> = {
  ok: 'answered',
  absent: 'not there',
  denied: 'not permitted',
  unreachable: 'not reachable',
  timeout: 'timed out',
  unreadable: 'not readable',
}

/** Lines of a command that stand open. */
const SHORT = 3

/** Lines shown at first: around the deciding one when there is one. */
const AROUND = 6

/** The raw answer of one read, the deciding values marked, with its provenance and the command to see it by hand. */
export function RawEvidence({ evidence }: { evidence: Evidence }) {
  const lines = useMemo(() => markLines(evidence.text, evidence.marks), [evidence.text, evidence.marks])
  const [all, setAll] = useState(false)
  const [wrap, setWrap] = useState(false)
  const first = Math.max(
    0,
    lines.findIndex((line) => line.marked),
  )
  const from = all ? 0 : Math.max(0, first - AROUND)
  const to = all ? lines.length : Math.min(lines.length, first + AROUND * 2)
  return (
    <section aria-label={evidence.id} className="border-y border-line-soft">
      <div className="flex flex-wrap items-center gap-x-3 px-3.5 py-1 text-xs text-muted">
        <code>{evidence.id}</code>
        <span>{evidence.source}</span>
        <span className="flex-1" />
        {lines.length > to - from || all ? (
          <button type="button" onClick={() => setAll(!all)} className="link min-h-6">
            {all ? 'Only around the mark' : `All ${lines.length} lines`}
          </button>
        ) : null}
        <button type="button" aria-pressed={wrap} onClick={() => setWrap(!wrap)} className="link min-h-6">
          {wrap ? 'Do not wrap' : 'Wrap'}
        </button>
        <CopyButton text={evidence.text} what="Raw output" />
      </div>
      {evidence.via === 'kube' && evidence.text.trim() === '[]' ? (
        <p className="raw px-3.5 py-2">(there is none)</p>
      ) : evidence.text === '' ? (
        <p className="raw px-3.5 py-2">
          {evidence.status === 'ok' ? '(it printed nothing)' : (evidence.reason ?? STATUS[evidence.status])}
        </p>
      ) : (
        <pre
          tabIndex={0}
          className={`raw max-h-[26rem] overflow-auto px-3.5 py-2 ${wrap ? 'whitespace-pre-wrap' : ''}`}
        >
          {from > 0 && <span className="block text-faint">… {from} lines above</span>}
          {lines.slice(from, to).map((line, index) => (
            <span key={from + index} className="block min-h-[1lh]">
              {line.parts.map((part, at) => (part.mark ? <mark key={`${at + 1}`}>{part.text}</mark> : part.text))}
            </span>
          ))}
          {to < lines.length && <span className="block text-faint">… {lines.length - to} lines below</span>}
        </pre>
      )}
      {evidence.stderr !== '' && (
        <pre className="raw border-t border-line-soft px-3.5 py-1.5 whitespace-pre-wrap">
          <span className="text-faint">standard error: </span>
          {evidence.stderr}
        </pre>
      )}
      <div className="px-3.5 py-2">
        <p className="mb-1.5 flex flex-wrap gap-x-4 text-xs text-muted">
          <span>{STATUS[evidence.status]}</span>
          {evidence.exitCode !== null && (
            <span>{evidence.via === 'kube' ? `HTTP ${evidence.exitCode}` : `exit ${evidence.exitCode}`}</span>
          )}
          <span>{shortDuration(evidence.durationMs)}</span>
          <span>
            <Time at={evidence.startedAt} />
          </span>
          {evidence.cut && <span className="text-warn">cut at the size limit</span>}
          {evidence.redactions.length > 0 && <span>left out: {evidence.redactions.join(', ')}</span>}
        </p>
        {evidence.reason && evidence.text !== '' && <p className="mb-1.5 text-xs text-warn">{evidence.reason}</p>}
        <ByHand command={evidence.command} />
      </div>
    </section>
  )
}

/** The command that reads the same; a script waits folded. */
function ByHand({ command }: { command: string }) {
  const lines = command.split('\n').length
  if (lines <= SHORT)
    return (
      <>
        <p className="mb-1 text-xs text-muted">See it yourself</p>
        <CommandLine command={command} />
      </>
    )
  return (
    <details>
      <summary className="min-h-6 text-xs text-muted">See it yourself: {lines} lines of shell</summary>
      <CommandLine command={command} />
    </details>
  )
}

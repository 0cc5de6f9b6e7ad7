'use client'

import { useMemo } from 'react'
import { DetailView } from '@/components/evidence/detail-view'
import { FixBox } from '@/components/pyramid/fix-box'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'
import { type CaptureData, worstFirst } from '@/lib/explain/answer'
import { levelInfo } from '@/lib/levels'
import { FactTable } from './fact-table'
import { KindSelect } from './kind-select'
import { RawCapture } from './raw-capture'

interface CaptureProps {
  capture: CaptureData
  kinds: ExplainResponse['kinds']
  onKind(kind: string): void
}

/** One capture read: what it is, what is wrong, where it says so, and its facts. */
export function Capture({ capture, kinds, onKind }: CaptureProps) {
  const verdicts = worstFirst(capture)
  const open = verdicts.filter((verdict) => verdict.status === 'unknown')
  const known = verdicts.filter((verdict) => verdict.status !== 'unknown')
  const marked = useMemo(
    () => new Set(capture.details.flatMap((detail) => (isBad(capture, detail.check) ? detail.lines : []))),
    [capture],
  )
  return (
    <section aria-label={capture.file} className="panel overflow-hidden">
      <div className="panel-head">
        <h2 className="min-w-0 text-base font-semibold break-all">{capture.file}</h2>
        <KindSelect capture={capture} kinds={kinds} onKind={onKind} />
        <span className="flex-1" />
        {capture.status !== 'ok' && <StateMark state="unknown">{capture.reason?.text ?? capture.status}</StateMark>}
      </div>
      <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="min-w-0 border-line-soft lg:border-r">
          {verdicts.length === 0 && (
            <p className="px-3.5 py-3 text-sm text-muted">
              {capture.kind === null
                ? 'Choose what it is above, if it is in the list.'
                : 'No check can judge this capture alone. Its facts are below.'}
            </p>
          )}
          <Verdicts verdicts={known} details={capture.details} />
          {open.length > 0 && (
            <details open={known.length === 0} className="border-b border-line-soft">
              <summary className="min-h-6 px-3.5 py-1.5 text-sm text-muted">
                {open.length} {open.length === 1 ? 'check cannot' : 'checks cannot'} judge this capture alone
              </summary>
              <Verdicts verdicts={open} details={capture.details} />
            </details>
          )}
          <FactTable facts={capture.facts} />
        </div>
        {capture.text !== '' && <RawCapture text={capture.text} marked={marked} />}
      </div>
    </section>
  )
}

function isBad(capture: CaptureData, check: string): boolean {
  return capture.verdicts.some((one) => one.check === check && (one.status === 'fail' || one.status === 'warn'))
}

/** Rows of verdicts; evidence and fix are the check's: said once, below the first of its rows. */
function Verdicts({ verdicts, details }: Pick<CaptureData, 'verdicts' | 'details'>) {
  return (
    <ul>
      {verdicts.map((verdict) => (
        <Verdict
          key={`${verdict.check} ${verdict.subject ?? ''} ${verdict.summary}`}
          verdict={verdict}
          detail={
            verdicts.find((one) => one.check === verdict.check) === verdict
              ? details.find((entry) => entry.check === verdict.check)
              : undefined
          }
        />
      ))}
    </ul>
  )
}

interface VerdictProps {
  verdict: CaptureData['verdicts'][number]
  detail: CaptureData['details'][number] | undefined
}

function Verdict({ verdict, detail }: VerdictProps) {
  return (
    <li data-verdict={verdict.status} className="border-b border-line-soft py-2">
      <div className="grid grid-cols-[1rem_minmax(0,1fr)] gap-2.5 px-3.5 text-sm">
        <span className="mt-0.5 text-state">
          <StateIcon state={verdict.status} />
        </span>
        <div className="min-w-0 break-words">
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
              <FixBox steps={detail.fix} compact />
            </div>
          )}
        </>
      )}
    </li>
  )
}

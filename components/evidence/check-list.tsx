'use client'

import { ChevronRight } from 'lucide-react'
import { byAttention, shownOf, WORD } from '@/components/state/shown'
import { StateIcon, StateMark } from '@/components/state/state-mark'
import { type CheckLevel, levelInfo } from '@/lib/levels'
import type { JudgedCheck, NodeReport } from '@/lib/report'
import { CheckBody } from './check-body'

export interface CheckListProps {
  report: NodeReport
  level: CheckLevel
  /** Opens the raw evidence of a check. */
  onEvidence(check: string): void
}

/** The checks of one level, those that need attention first and open, the rest folded with their one line. */
export function CheckList({ report, level, onEvidence }: CheckListProps) {
  const info = levelInfo(level)
  const state = report.levels.find((entry) => entry.id === level)
  const checks = report.checks
    .filter((check) => check.level === level)
    .sort((a, b) => byAttention(shownOf(a.state), shownOf(b.state)))
  const passed = checks.filter((check) => check.state === 'pass')
  const skipped = checks.filter((check) => check.state === 'skip')
  const troubled = checks.filter((check) => check.state !== 'pass' && check.state !== 'skip')
  // Where nothing needs attention the fine ones are what there is to see.
  const notable = troubled.length > 0 ? troubled : passed
  const folded = troubled.length > 0 ? passed : []
  const quiet = (
    [
      [WORD.pass, folded],
      [WORD['not-applicable'].toLowerCase(), skipped],
    ] as const
  ).filter(([, list]) => list.length > 0)
  return (
    <section aria-labelledby="level-title" className="panel overflow-hidden">
      <div className="panel-head">
        <h2 id="level-title" className="text-base font-semibold">
          {info.number > 0 && <span className="mr-2 font-mono text-sm font-normal text-faint">{info.number}</span>}
          {info.title}
        </h2>
        <span className="flex-1" />
        {state && <StateMark state={state.shown}>{state.line || undefined}</StateMark>}
      </div>
      {checks.length === 0 ? (
        <p className="px-4 py-5 text-sm text-muted">
          {state?.shown === 'not-proved'
            ? 'Nothing has proved this level yet. Only a benchmark run can; it lowers nothing until then.'
            : 'No check of this level has been judged for this node: it is unknown, not OK.'}
        </p>
      ) : (
        <>
          <ul>
            {notable.map((check, index) => (
              <CheckItem
                key={`${level} ${check.id}`}
                check={check}
                open={index === 0 && check.state !== 'pass'}
                onEvidence={onEvidence}
              />
            ))}
          </ul>
          {quiet.map(([word, folded]) => (
            <details key={`${level} ${word}`} className="border-t border-line-soft">
              <summary className="min-h-8 px-3.5 py-1.5 text-sm text-muted hover:bg-line-soft/50">
                {folded.length === 1 ? `1 check ${word}` : `${folded.length} checks ${word}`}
              </summary>
              <ul>
                {folded.map((check) => (
                  <CheckItem key={check.id} check={check} open={false} onEvidence={onEvidence} />
                ))}
              </ul>
            </details>
          ))}
        </>
      )}
    </section>
  )
}

function CheckItem({
  check,
  open,
  onEvidence,
}: {
  check: JudgedCheck
  open: boolean
  onEvidence(check: string): void
}) {
  const state = shownOf(check.state)
  return (
    <li className="border-b border-line-soft last:border-0" data-verdict={state}>
      <details open={open} className="group">
        <summary className="grid list-none grid-cols-[1rem_minmax(0,1fr)_1rem] gap-2.5 px-3.5 py-2 hover:bg-line-soft/50 [&::-webkit-details-marker]:hidden">
          <span className="mt-0.5 text-state">
            <StateIcon state={state} />
          </span>
          <span className="min-w-0">
            <span className="font-medium">{check.title}</span>
            <span className="line-clamp-2 text-sm text-muted group-open:hidden">{check.summary}</span>
          </span>
          <ChevronRight
            size={15}
            aria-hidden="true"
            className="mt-0.5 text-faint transition-transform group-open:rotate-90"
          />
        </summary>
        <CheckBody check={check} onEvidence={onEvidence} />
      </details>
    </li>
  )
}

import type { ReactNode } from 'react'
import { FixBox } from '@/components/pyramid/fix-box'
import { WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import type { Answer } from '@/lib/explain/answer'

interface AnswerPanelProps {
  answer: Answer
  /** One of several captures is meant: its name is said with the line. */
  several?: boolean
  children?: ReactNode
}

/** What matters most, first: the sentence, the line it stands in, the fix. */
export function AnswerPanel({ answer, several = false, children }: AnswerPanelProps) {
  const { state, text, line, fix } = answer
  return (
    <section aria-label="Answer" data-verdict={state} className="panel border-l-4 !border-l-state p-4">
      <div className={`grid gap-x-5 gap-y-3 ${fix.length > 0 ? 'lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]' : ''}`}>
        <div className="min-w-0">
          <p className="flex items-center gap-1.5 text-sm font-semibold text-state">
            <StateIcon state={state} /> {WORD[state]}
          </p>
          <h2 className="mt-1 text-[1.05rem] leading-6 font-semibold tracking-tight break-words">{text}</h2>
          {line && (
            <p className="raw mt-2 rounded-md border border-line-soft px-2.5 py-1.5 break-words">
              <span className="mr-2 break-all text-muted">
                {several ? `${line.file}, line ` : 'line '}
                {line.number}
              </span>
              <mark>{line.text.slice(0, 400)}</mark>
            </p>
          )}
          {children}
        </div>
        {fix.length > 0 && <FixBox steps={fix} compact />}
      </div>
    </section>
  )
}

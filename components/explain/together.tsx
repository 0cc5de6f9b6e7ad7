import { FixBox } from '@/components/pyramid/fix-box'
import { LevelStripOf } from '@/components/pyramid/level-strip'
import { StateMark } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'
import { answerTogether } from '@/lib/explain/answer'
import { AnswerPanel } from './answer-panel'

interface TogetherProps {
  together: NonNullable<ExplainResponse['together']>
  captures: ExplainResponse['captures']
}

/** Nodes shown; the answer and the causes are over all. */
const MAX_NODES = 50

/** What several captures of one node or cluster say when they are judged as one: the first cause over all of them, then each node. */
export function Together({ together, captures }: TogetherProps) {
  const answer = answerTogether(together, captures)
  const shown = together.reports.slice(0, MAX_NODES)
  return (
    <>
      <AnswerPanel answer={answer} several>
        {together.nodes.length > 0 && together.reports.length > 1 && (
          <p className="mt-1 text-sm text-muted">
            on {together.nodes.slice(0, 8).join(', ')}
            {together.nodes.length > 8 && ` and ${together.nodes.length - 8} more`}
          </p>
        )}
      </AnswerPanel>
      <section aria-label="Judged together" className="panel p-4">
        <h2 className="font-semibold">
          {together.reports.length === 1 ? 'One system' : `${together.reports.length} systems`}, from {captures.length}{' '}
          captures
        </h2>
        <ul className="mt-2 flex flex-col gap-1.5 text-sm">
          {shown.map((report) => (
            <li key={report.node} className="flex flex-wrap items-center gap-x-3">
              <b className="break-all">{report.node}</b>
              <StateMark state={report.state} />
              <LevelStripOf report={report} />
              <span className="min-w-0 text-muted">{report.headline}</span>
            </li>
          ))}
        </ul>
        {together.reports.length > MAX_NODES && <p className="mt-1 text-sm text-muted">and more nodes</p>}
        {together.causes.slice(1).map((cause) => (
          <div key={cause.signature} className="mt-3 grid gap-x-5 gap-y-2 lg:grid-cols-2">
            <div>
              <h3 className="font-semibold">{cause.title}</h3>
              <p className="text-sm text-muted">{cause.summary}</p>
            </div>
            {cause.fix.length > 0 && <FixBox steps={cause.fix} compact />}
          </div>
        ))}
      </section>
    </>
  )
}

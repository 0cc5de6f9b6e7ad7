import { FixBox } from '@/components/pyramid/fix-box'
import { LevelStripOf } from '@/components/pyramid/level-strip'
import { StateMark } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'

interface TogetherProps {
  together: NonNullable<ExplainResponse['together']>
  captures: ExplainResponse['captures']
}

/** What several captures of one node or cluster say when they are judged as one. */
export function Together({ together, captures }: TogetherProps) {
  const alone = captures.filter((capture) => capture.verdicts.some((verdict) => verdict.status === 'fail')).length
  // What one capture shows must not be talked away by the others.
  const isQuiet = together.causes.length === 0 && together.reports.every((report) => report.state !== 'fail')
  return (
    <section aria-label="Judged together" className="panel p-4">
      <h2 className="text-[1.05rem] font-semibold tracking-tight">
        {isQuiet && alone > 0
          ? `${alone === 1 ? '1 capture shows' : `${alone} captures show`} a fault by itself, see below; they do not read as one system`
          : (together.headline ?? 'Judged together, nothing is failing')}
      </h2>
      {together.reports.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1 text-sm">
          {together.reports.map((report) => (
            <li key={report.node} className="flex flex-wrap items-center gap-x-3">
              <b>{report.node}</b>
              <StateMark state={report.state} />
              <LevelStripOf report={report} />
              <span className="text-muted">{report.headline}</span>
            </li>
          ))}
        </ul>
      )}
      {together.causes.map((cause) => (
        <div key={cause.signature} className="mt-3 grid gap-x-5 gap-y-2 lg:grid-cols-2">
          <div>
            <h3 className="font-semibold">{cause.title}</h3>
            <p className="text-sm text-muted">{cause.summary}</p>
          </div>
          {cause.fix.length > 0 && <FixBox steps={cause.fix} />}
        </div>
      ))}
    </section>
  )
}

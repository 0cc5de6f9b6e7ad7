import { FixBox } from '@/components/pyramid/fix-box'
import { LevelStripOf } from '@/components/pyramid/level-strip'
import { StateMark } from '@/components/state/state-mark'
import type { ExplainResponse } from '@/lib/contract/api'

/** What several captures of one node or cluster say when they are judged as one. */
export function Together({ together }: { together: NonNullable<ExplainResponse['together']> }) {
  return (
    <section aria-label="Judged together" className="panel p-4">
      <h2 className="text-[1.05rem] font-semibold tracking-tight">
        {together.headline ?? 'Judged together, nothing is failing'}
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

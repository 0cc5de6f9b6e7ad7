import Link from 'next/link'
import { shownWord } from '@/components/state/shown'
import { StateMark } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { NodePage } from '@/lib/contract/api'

/** What this node is, and the runs it took part in. */
export function NodeFacts({ page }: { page: NodePage }) {
  const facts = page.address ? [{ label: 'Address', value: page.address }, ...page.facts] : page.facts
  return (
    <section aria-labelledby="node-facts" className="panel">
      <div className="panel-head">
        <h2 id="node-facts" className="text-base font-semibold">
          This node
        </h2>
      </div>
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-3.5 py-3 text-sm">
        {facts.map((fact) => (
          <div key={fact.label} className="contents">
            <dt className="text-muted">{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
        {facts.length === 0 && <p className="col-span-2 text-muted">Nothing has been read from it yet.</p>}
      </dl>
      {page.runs.length > 0 && (
        <ul className="border-t border-line-soft px-3.5 py-2.5 text-sm">
          {page.runs.map((run) => {
            const state = shownWord(run.state)
            return (
              <li key={run.id} className="flex flex-wrap items-baseline gap-x-2 py-0.5">
                {state ? <StateMark state={state} /> : <span className="text-muted">{run.state}</span>}
                <Link href={`/runs/${encodeURIComponent(run.id)}`} prefetch={false} className="link">
                  {run.title}
                </Link>
                {run.finishedAt && (
                  <span className="text-muted">
                    <Time at={run.finishedAt} only="age" />
                  </span>
                )}
                {run.sentence && <span className="w-full text-xs text-muted">{run.sentence}</span>}
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

import Link from 'next/link'
import { StateMark } from '@/components/state/state-mark'
import type { Run, RunSearch } from '@/lib/contract/runs'
import { isActive } from './words'

const STRENGTH = {
  proved: { state: 'fail', words: 'Proved' },
  likely: { state: 'warn', words: 'Likely' },
} as const

/** Who it is, strongest first, and what speaks against them. */
export function SuspectList({ run, suspects }: { run: Run; suspects: RunSearch['suspects'] }) {
  return (
    <section aria-labelledby="suspects" className="panel">
      <div className="panel-head">
        <h2 id="suspects" className="text-base font-semibold">
          Suspects
        </h2>
        <span className="text-sm text-muted">proved: bad alone, or with two partners that are good without it</span>
      </div>
      {suspects.length === 0 ? (
        <p className="px-3.5 py-4 text-sm text-muted">
          {isActive(run.state) ? 'Nothing speaks against a node so far.' : 'No node is named.'}
        </p>
      ) : (
        <ol className="divide-y divide-line-soft">
          {suspects.map((suspect) => (
            <li key={`${suspect.node} ${suspect.rail}`} className="px-3.5 py-3">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <StateMark state={STRENGTH[suspect.strength].state} strong>
                  {STRENGTH[suspect.strength].words}
                </StateMark>
                <Link
                  href={`/nodes/${encodeURIComponent(suspect.node)}`}
                  prefetch={false}
                  className="inline-flex min-h-6 items-center font-mono font-semibold"
                >
                  {suspect.node}
                </Link>
                {suspect.rail && (
                  <span className="text-sm">
                    rail <code className="break-all">{suspect.rail}</code>
                  </span>
                )}
              </p>
              <ul className="mt-1 list-disc pl-5 text-sm text-muted">
                {suspect.evidence.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

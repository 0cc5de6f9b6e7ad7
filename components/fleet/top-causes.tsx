import Link from 'next/link'
import { Time } from '@/components/time/time'
import { Empty } from '@/components/ui/panel-state'
import type { CauseSummary } from '@/lib/contract/api'
import { levelInfo } from '@/lib/levels'

const SHOWN = 6

/** Causes that head most nodes first: one that only accompanies another explains less. */
export function byWeight(causes: readonly CauseSummary[]): CauseSummary[] {
  return [...causes].sort(
    (a, b) => b.headlineCount - a.headlineCount || b.nodeCount - a.nodeCount || a.title.localeCompare(b.title),
  )
}

/** The few causes behind the many failures, most nodes first. */
export function TopCauses({ causes }: { causes: readonly CauseSummary[] }) {
  const sorted = byWeight(causes)
  return (
    <section aria-labelledby="top-causes" className="panel">
      <div className="panel-head">
        <h2 id="top-causes" className="text-base font-semibold">
          Top causes
        </h2>
        <span className="flex-1" />
        <span className="text-sm text-muted">nodes</span>
      </div>
      {sorted.length === 0 ? (
        <Empty title="No cause found">Nothing that Cairn can see is failing.</Empty>
      ) : (
        <ol>
          {sorted.slice(0, SHOWN).map((cause) => (
            <li key={cause.signature} className="border-b border-line-soft last:border-0">
              <CauseRow cause={cause} most={Math.max(...sorted.map((entry) => entry.nodeCount))} />
            </li>
          ))}
        </ol>
      )}
      {sorted.length > SHOWN && (
        <p className="border-t border-line-soft px-3.5 py-2 text-sm">
          <Link href="/causes" prefetch={false} className="link">
            All {sorted.length} causes
          </Link>
        </p>
      )}
    </section>
  )
}

/** One cause: where it sits, how many nodes have it, since when. The bar is its share of the cause with most nodes. */
export function CauseRow({ cause, most }: { cause: CauseSummary; most: number }) {
  const level = levelInfo(cause.level)
  return (
    <Link
      href={`/causes/${encodeURIComponent(cause.signature)}`}
      prefetch={false}
      className="grid grid-cols-[1fr_3.4rem] gap-3 px-3.5 py-2.5 no-underline hover:bg-line-soft/60"
    >
      <span className="min-w-0">
        <span className="block font-medium">{cause.title}</span>
        <span title={cause.summary} className="mt-0.5 line-clamp-2 text-xs text-muted">
          {cause.summary}
        </span>
        <span className="mt-0.5 block text-xs text-faint">
          {cause.scope === 'cluster'
            ? 'whole cluster'
            : level.number > 0
              ? `level ${level.number}, ${level.title}`
              : level.title}
          {cause.since && (
            <>
              {' · since '}
              <Time at={cause.since} only="clock" />
            </>
          )}
        </span>
      </span>
      <span className="flex flex-col items-end gap-1 pt-0.5">
        <span className="text-[1.05rem] leading-none font-semibold tabular-nums">
          {cause.nodeCount.toLocaleString('en')}
        </span>
        <span aria-hidden="true" className="h-1 w-full overflow-hidden rounded-full bg-line-soft">
          <span
            className="block h-full rounded-full bg-fail"
            style={{ width: `${most > 0 ? Math.max(3, (cause.nodeCount / most) * 100) : 0}%` }}
          />
        </span>
        <span className="sr-only">{cause.nodeCount === 1 ? 'node' : 'nodes'}</span>
      </span>
    </Link>
  )
}

import Link from 'next/link'
import { Time } from '@/components/time/time'
import type { Run } from '@/lib/contract/runs'
import { band, bytes, isActive, rate, runMark } from './words'

/** What to say while there is no result. */
function unfinished(run: Run): string {
  if (!isActive(run.state)) return 'This run ended without a result'
  if (run.search) {
    const done = run.search.runs.filter((each) => each.status !== 'running').length
    const stage = run.search.stages.find((each) => each.state === 'running')?.title
    return `Searching${stage ? `, ${stage.toLowerCase()}` : ''}: ${done} of ${run.search.runs.length} runs done so far`
  }
  if (run.rows.length === 0) return 'Nothing measured yet'
  return `Measuring: ${run.rows.length === 1 ? '1 size' : `${run.rows.length} sizes`} so far; judged at the end`
}

/** The result in one sentence and one number, against what was expected. */
export function RunSentence({ run }: { run: Run }) {
  const mark = runMark(run)
  const measured = run.rows.filter((row) => row.busbwGBps !== null)
  const last = measured.at(-1)
  const { expected } = run
  const inBand = last && last.busbwGBps !== null && expected ? last.busbwGBps >= expected.busbwGBpsLow : null
  return (
    <section
      aria-label="Result"
      data-verdict={mark.state}
      className="grid items-center gap-x-6 gap-y-3 rounded-lg border border-l-4 border-state/45 border-l-state bg-surface bg-linear-to-r from-state-bg to-60% px-5 py-4 md:grid-cols-[minmax(0,1fr)_auto]"
    >
      <div>
        <p className="text-[1.1rem] leading-snug font-semibold tracking-tight">{run.sentence ?? unfinished(run)}</p>
        {run.waiting && run.state !== 'cleaning' && <p className="mt-1 text-sm text-warn">Waiting: {run.waiting}</p>}
        {expected && (
          <p className="mt-1 max-w-[84ch] text-sm text-muted">
            Expected {band(expected)} GB/s: {expected.reasoning}
          </p>
        )}
        {run.lastGood && (
          <p className="mt-1 text-sm text-muted">
            The{' '}
            <Link href={`/runs/${encodeURIComponent(run.lastGood.id)}`} prefetch={false} className="link">
              last good run
            </Link>{' '}
            of the same nodes reached {rate(run.lastGood.busbwGBps)} GB/s,{' '}
            <Time at={run.lastGood.finishedAt} only="age" />.
          </p>
        )}
        {run.cleanup && <p className="mt-1 text-sm text-muted">Cleaned up: {run.cleanup}</p>}
      </div>
      {last && (
        <p className="md:text-right">
          <span
            data-verdict={
              inBand === null
                ? undefined
                : inBand
                  ? 'pass'
                  : isActive(run.state)
                    ? undefined
                    : run.verdict === 'fail'
                      ? 'fail'
                      : 'warn'
            }
            className="font-mono text-[2rem] leading-none font-semibold tracking-tight text-state"
          >
            {rate(last.busbwGBps)} <span className="text-base">GB/s</span>
          </span>
          <span className="mt-1 block text-xs text-muted">
            bus bandwidth at {bytes(last.sizeBytes)}
            {expected ? ` · expected ${band(expected)} at large sizes` : ''}
          </span>
        </p>
      )}
    </section>
  )
}

'use client'

import { useNow } from '@/components/time/now'
import { duration } from '@/components/time/words'
import type { SweepProgress } from '@/lib/contract/api'

/** Progress of a running sweep, with an estimate from its own pace. Nothing when none runs. */
export function SweepLine({ sweep }: { sweep: SweepProgress | null }) {
  const now = useNow()
  if (!sweep || sweep.finishedAt) return null
  const spent = Math.max(0, now - Date.parse(sweep.startedAt))
  const left = sweep.done > 0 ? (spent / sweep.done) * (sweep.total - sweep.done) : null
  const share = sweep.total > 0 ? sweep.done / sweep.total : 0
  return (
    <div className="mb-3">
      <div
        role="progressbar"
        aria-label="Reading nodes"
        aria-valuemin={0}
        aria-valuemax={sweep.total}
        aria-valuenow={sweep.done}
        className="h-1 overflow-hidden rounded-full bg-line-soft"
      >
        <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
      </div>
      <p className="mt-1 text-xs text-muted">
        Reading nodes: {sweep.done.toLocaleString('en')} of {sweep.total.toLocaleString('en')}
        {left !== null && `, about ${duration(left)} left`}
        {sweep.unreachable > 0 && `, ${sweep.unreachable} not reachable`}
        {sweep.by ? `, asked by ${sweep.by}` : ''}
      </p>
    </div>
  )
}

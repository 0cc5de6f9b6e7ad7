import type { AnyCollector } from '@/lib/collector'
import type { Read } from '@/lib/read'
import type { FactState } from './fact-state'

/** Seconds a fact stays fresh, by how it was read (DESIGN §3, I3). Kube freshness is the watch's own: last event, bookmark or list. */
export const BUDGET_SEC: Readonly<Record<Read['via'], number>> = {
  node: 15 * 60,
  kube: 90,
  log: 15 * 60,
  run: 7 * 24 * 3600,
  history: Number.POSITIVE_INFINITY,
  fleet: Number.POSITIVE_INFINITY,
}

/** RDMA pair tests age faster than NCCL results. */
const RDMA_RUN_BUDGET_SEC = 24 * 3600

/** `events` never send bookmarks: they are listed again every 5 minutes (DESIGN §3), and get that and the margin of a watch. */
const relistBudgetSec = (relistSec: number) => relistSec + BUDGET_SEC.kube

/** Seconds the fact of a collector stays fresh. */
export function budgetOf(collector: AnyCollector): number {
  if (collector.via === 'kube' && collector.read.relistSec) return relistBudgetSec(collector.read.relistSec)
  if (collector.via === 'run' && collector.read.test === 'rdma') return RDMA_RUN_BUDGET_SEC
  return BUDGET_SEC[collector.via]
}

/** Now, on both clocks. */
export interface Now {
  /** ISO; null: offline, nothing ages. */
  now: string | null
  /** The steady clock of `FactState.seenMs`. */
  steadyMs?: number
}

/**
 * Age in seconds by the wall clock. A time in the future is as doubtful as one as far in the past: a clock that jumped back makes
 * nothing fresh (M-24).
 * @returns Infinity for null or an unreadable time.
 */
export function ageSec(at: string | null, now: string): number {
  if (at === null) return Number.POSITIVE_INFINITY
  const age = (Date.parse(now) - Date.parse(at)) / 1000
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : Math.abs(age)
}

/** Age of a fact in seconds, by the steady clock where it was stamped with it. @returns null for one that does not age */
export function factAgeSec(fact: Pick<FactState, 'at' | 'seenMs'>, { now, steadyMs }: Now): number | null {
  if (now === null) return null
  if (fact.seenMs !== undefined && steadyMs !== undefined) return Math.max(0, (steadyMs - fact.seenMs) / 1000)
  return fact.at === null ? null : ageSec(fact.at, now)
}

/** Plain words for an age: "40 s", "12 min", "3 h", "2 d". */
export function ageWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86400)} d`
}

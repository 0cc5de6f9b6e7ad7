import type { Read } from '@/lib/read'

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
export const RDMA_RUN_BUDGET_SEC = 24 * 3600

/** `events` never send bookmarks: they are listed again every 5 minutes (DESIGN §3), and get that and a margin. */
export const EVENTS_BUDGET_SEC = 6 * 60

/**
 * Age in seconds, never negative: a wall clock that jumped back makes nothing fresh (M-24).
 * @returns Infinity for null or an unreadable time.
 */
export function ageSec(at: string | null, now: string): number {
  if (at === null) return Number.POSITIVE_INFINITY
  const age = (Date.parse(now) - Date.parse(at)) / 1000
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : Math.max(0, age)
}

/** Plain words for an age: "40 s", "12 min", "3 h", "2 d". */
export function ageWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86400)} d`
}

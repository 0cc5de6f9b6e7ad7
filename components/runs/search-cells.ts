import type { RunSearch } from '@/lib/contract/runs'
import type { ShownState } from '@/lib/verdict'
import { rate } from './words'

export type SearchRun = RunSearch['runs'][number]

/** Several runs of one group as one value: the median decides, as in the search. */
export interface SearchCell {
  state: ShownState
  /** Median, GB/s; null where nothing was measured. */
  value: number | null
  share: number | null
  runs: readonly SearchRun[]
  /** All in words: `195.0 GB/s, 50 % of like runs, slow in 2 of 2 runs`. */
  words: string
}

/** @returns null where the group was never run */
export function cellOf(runs: readonly SearchRun[]): SearchCell | null {
  if (runs.length === 0) return null
  const measured = runs.filter((run) => run.busbwGBps !== null).sort((a, b) => (a.busbwGBps ?? 0) - (b.busbwGBps ?? 0))
  const middle = measured[Math.floor((measured.length - 1) / 2)]
  const count = (status: SearchRun['status']) => runs.filter((run) => run.status === status).length
  const [bad, good] = [count('fail'), count('pass')]
  const state = count('running') > 0 ? 'running' : bad > good ? 'fail' : good > 0 ? 'pass' : 'unknown'
  const value = middle?.busbwGBps ?? null
  const share = middle?.share ?? null
  const parts = [
    value === null
      ? state === 'running'
        ? 'running'
        : bad > 0
          ? 'failed'
          : 'nothing measured'
      : `${rate(value)} GB/s`,
    share === null ? null : `${Math.round(share * 100)} % of like runs`,
    `${bad > 0 ? `bad in ${bad}` : `good in ${good}`} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
  ]
  return { state, value, share, runs, words: parts.filter((part) => part !== null).join(', ') }
}

/** Runs of exactly these nodes over all rails. */
export function runsOfNodes(runs: readonly SearchRun[], nodes: readonly string[]): SearchRun[] {
  const wanted = [...nodes].sort().join('\n')
  return runs.filter((run) => run.rail === null && [...run.nodes].sort().join('\n') === wanted)
}

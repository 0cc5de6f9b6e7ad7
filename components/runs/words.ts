import type { RunSummary } from '@/lib/contract/runs'
import type { ShownState } from '@/lib/verdict'

const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const

/** A message size as NCCL people say it: 4194304 → "4 MiB". */
export function bytes(size: number): string {
  let value = size
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** A band of bandwidth: "340–360", or one number where both ends are the same. */
export function band(expected: { busbwGBpsLow: number; busbwGBpsHigh: number }): string {
  const { busbwGBpsLow: low, busbwGBpsHigh: high } = expected
  return low === high ? String(low) : `${low}–${high}`
}

/** A rate with a sensible number of digits; "–" when unknown. */
export function rate(value: number | null): string {
  if (value === null) return '–'
  return value >= 100 ? value.toFixed(1) : value.toFixed(2)
}

const ACTIVE: Readonly<Partial<Record<RunSummary['state'], string>>> = {
  starting: 'Starting',
  running: 'Running',
  cancelling: 'Cancelling',
  cleaning: 'Cleaning up',
}

/** Whether a run still does something. */
export function isActive(state: RunSummary['state']): boolean {
  return ACTIVE[state] !== undefined
}

/** How a search that came to its end ended. */
const SEARCH: Readonly<Record<NonNullable<RunSummary['verdict']>, { state: ShownState; words: string }>> = {
  pass: { state: 'pass', words: 'Not reproducible' },
  warn: { state: 'warn', words: 'Likely found' },
  fail: { state: 'fail', words: 'Found' },
  unknown: { state: 'unknown', words: 'Undecided' },
}

/** A run's state as mark and words. A run that ended without a verdict proves nothing. */
export function runMark(run: Pick<RunSummary, 'state' | 'verdict'> & Partial<Pick<RunSummary, 'kind'>>): {
  state: ShownState
  words: string
} {
  const active = ACTIVE[run.state]
  if (active) return { state: 'running', words: active }
  if (run.state === 'cancelled') return { state: 'not-proved', words: 'Cancelled' }
  if (run.state === 'failed' || run.state === 'aborted')
    return {
      state: run.verdict === 'unknown' ? 'unknown' : 'fail',
      words: run.state === 'failed' ? 'Failed' : 'Aborted',
    }
  if (run.kind === 'search') return SEARCH[run.verdict ?? 'unknown']
  if (run.verdict === 'pass') return { state: 'pass', words: 'As expected' }
  if (run.verdict === 'warn') return { state: 'warn', words: 'Below expected' }
  if (run.verdict === 'fail') return { state: 'fail', words: 'Failed' }
  return { state: 'unknown', words: 'No verdict' }
}

/** What was run, without the nodes that stand beside it. */
export function shortTitle({ title, nodes }: Pick<RunSummary, 'title' | 'nodes'>): string {
  return title.replace(`: ${nodes.join(', ')}`, '')
}

/** An image as people name it, with the beginning of its digest: `nvidia/pytorch @9f2c4471…`. */
export function imageWords(image: string): string {
  const [name = image, digest = ''] = image.split('@sha256:')
  return digest === '' ? image : `${name.split('/').slice(-2).join('/')} @${digest.slice(0, 8)}…`
}

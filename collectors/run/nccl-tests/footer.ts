import type { RowSummary } from './summary'

/** Footer of one table. */
export interface Footer {
  average: number | null
  outOfBounds: { count: number; status: string } | null
}

/** Footer values on a line. On an open line only what has its end: `OK` or `FAILED`, or a blank after the number. */
export function footerOf(text: string, open: boolean): Footer {
  const bounds = /Out of bounds values *: *(\d{1,12}) (OK|FAILED)/.exec(text)
  const average = (
    open ? /Avg bus bandwidth *: *([\d.e+-]{1,24})\s/ : /Avg bus bandwidth *: *([\d.e+-]{1,24})(?:\s|$)/
  ).exec(text)
  const value = average ? Number(average[1]) : Number.NaN
  return {
    average: Number.isFinite(value) ? value : null,
    outOfBounds: bounds?.[2] ? { count: Number(bounds[1]), status: bounds[2] } : null,
  }
}

/** True where the reported average is not the mean of the rows (nccl.md §0.2): within 1 % and the rounding of %g. */
export function lost(run: RowSummary, average: number | null): boolean | null {
  const mean = run.mean
  if (average === null || mean === null) return null
  return Math.abs(mean - average) > Math.abs(average) * 0.01 + 0.006
}

import type { RowSummary } from './summary'

/** Footer of one table. */
export interface Footer {
  average: number | null
  outOfBounds: { count: number; status: string } | null
}

const BOUNDS = /Out of bounds values *: *(\d{1,12}) (OK|FAILED)/
const AVERAGE = /Avg bus bandwidth *: *([\d.e+-]{1,24})(\s|$)/

/** Footer values on a line that ended. */
export function footerOf(text: string): Footer {
  return read(text, () => true)
}

/** Footer values on a last line without line end: only what nothing that follows could change. `run` is the table above. */
export function openFooterOf(text: string, run: RowSummary): Footer {
  return read(text, (printed, after) => after !== '' || hasAllDigits(printed, run))
}

function read(text: string, isWhole: (printed: string, after: string) => boolean): Footer {
  const bounds = text.includes('Out of bounds values') ? BOUNDS.exec(text) : null
  const [, printed = '', after = ''] = (text.includes('Avg bus bandwidth') ? AVERAGE.exec(text) : null) ?? []
  const value = printed !== '' && isWhole(printed, after) ? Number(printed) : Number.NaN
  return {
    average: Number.isFinite(value) ? value : null,
    outOfBounds: bounds?.[2] ? { count: Number(bounds[1]), status: bounds[2] } : null,
  }
}

/** %g prints six significant digits and no more; only after a single digit before the point may an exponent follow, of which the rows know nothing. */
function hasAllDigits(printed: string, run: RowSummary): boolean {
  if (!/^\d{1,5}\.\d+$/.test(printed) || printed.replace('.', '').replace(/^0+/, '').length !== 6) return false
  return /^\d\d/.test(printed) || lost(run, Number(printed)) === false
}

/** True where the reported average is not the mean of the rows (nccl.md §0.2): within 1 % and the rounding of %g. */
export function lost(run: RowSummary, average: number | null): boolean | null {
  const mean = run.mean
  if (average === null || mean === null) return null
  return Math.abs(mean - average) > Math.abs(average) * 0.01 + 0.006
}

import type { NcclRow, Placement } from './facts'

/** Most rows kept; an endless run (-N 0) goes on counting without them. */
const MAX_ROWS = 4096

/** Adds up rows as they come: maximum, mean, wrong results, and the number of ranks that their ratio proves. */
export class RowSummary {
  readonly rows: NcclRow[] = []
  count = 0
  maxBusbw: number | null = null
  maxSize: number | null = null
  wrongRows = 0
  /** Any row has a count of wrong elements. */
  counted = false
  checked = false
  inconsistent = 0
  private sum = 0
  private values = 0
  private nonZero = false
  private moved = false
  private ratio = new RatioInterval()

  add(row: NcclRow, checked: boolean, inconsistent: boolean): void {
    this.count += 1
    if (this.rows.length < MAX_ROWS) this.rows.push(row)
    this.checked ||= checked
    if (inconsistent) this.inconsistent += 1
    if ((row.outOfPlace.wrong ?? 0) > 0 || (row.inPlace.wrong ?? 0) > 0) this.wrongRows += 1
    this.addHalf(row.outOfPlace, row.sizeBytes, inconsistent)
    this.addHalf(row.inPlace, row.sizeBytes, inconsistent)
  }

  private addHalf({ wrong, busbwGBps, algbwGBps }: Placement, sizeBytes: number, inconsistent: boolean): void {
    if (wrong !== null) this.counted = true
    if (busbwGBps === null) return
    this.sum += busbwGBps
    this.values += 1
    this.nonZero ||= busbwGBps > 0
    this.moved ||= (algbwGBps ?? 0) > 0.01
    if (this.maxBusbw === null || busbwGBps > this.maxBusbw) {
      this.maxBusbw = busbwGBps
      this.maxSize = sizeBytes
    }
    if (algbwGBps !== null && !inconsistent) this.ratio.add(algbwGBps, busbwGBps)
  }

  /** Mean busbw over all rows and both placements, as nccl-tests computes its average. */
  get mean(): number | null {
    return this.values === 0 ? null : this.sum / this.values
  }

  /** Bytes moved, and not one row has bus bandwidth: a rank alone. Rows of a few bytes are 0.00 on any system. */
  get allZero(): boolean {
    return this.moved && !this.nonZero
  }

  /** Ranks by busbw/algbw (nccl.md §0.4); null where the rounding leaves more than one number, or where the ratio is 1. */
  get ranksFromRatio(): number | null {
    return this.ratio.ranks
  }

  /** True where busbw exceeds algbw: only all-reduce does that (nccl.md §1.3). */
  get isAllReduce(): boolean {
    return this.ratio.above
  }
}

/** Smallest bandwidth whose rounding to two digits still says something about the ratio. */
const MIN_ALGBW = 1

class RatioInterval {
  private low = 0
  private high = Number.POSITIVE_INFINITY
  private seen = false

  add(algbw: number, busbw: number): void {
    if (algbw < MIN_ALGBW) return
    this.seen = true
    this.low = Math.max(this.low, (busbw - 0.005001) / (algbw + 0.005001))
    this.high = Math.min(this.high, (busbw + 0.005001) / (algbw - 0.005001))
  }

  get above(): boolean {
    return this.seen && this.low > 1.0001
  }

  get ranks(): number | null {
    if (!this.seen || this.low > this.high) return null
    if (this.low > 1) return single(ranksOf(this.low, 2), ranksOf(this.high, 2))
    if (this.high < 1) return single(ranksOf(this.low, 1), ranksOf(this.high, 1))
    return null
  }
}

/** factor = top (n-1)/n, so n = top / (top - factor): 2 for all-reduce, 1 for the gather family. */
function ranksOf(factor: number, top: number): number {
  return factor >= top ? Number.POSITIVE_INFINITY : top / (top - factor)
}

function single(low: number, high: number): number | null {
  const first = Math.ceil(low - 1e-9)
  return first <= high && first + 1 > high && first >= 2 ? first : null
}

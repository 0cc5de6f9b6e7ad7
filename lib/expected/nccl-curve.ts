import type { NcclRow } from '@/collectors/run/nccl-tests/facts'

const MIB = 1024 * 1024
/** Rows below this say nothing of the plateau (nccl.md §4.4). */
const PLATEAU_FROM = 1024 * MIB

/** Where the curve levels out. */
export interface Plateau {
  busbwGBps: number
  /** Smallest and largest size of the rows it is the median of. */
  fromBytes: number
  toBytes: number
  /** Still growing by more than 5 % at the last size: the test range was too small. */
  rising: boolean
}

/** Median busbw of the largest sizes: top factor 8, at least 1 GiB (nccl.md §4.4). Null without such rows. */
export function plateauOf(rows: readonly NcclRow[]): Plateau | null {
  const points = curveOf(rows)
  const last = points.at(-1)
  if (!last || last.bytes < PLATEAU_FROM) return null
  const top = points.filter((point) => point.bytes >= Math.max(PLATEAU_FROM, last.bytes / 8))
  const best = Math.max(...top.map((point) => point.busbw))
  const level = top.filter((point) => point.busbw >= best * 0.93)
  const used = level.length > 0 ? level : top
  const [first] = used
  const before = points.at(-2)
  return {
    busbwGBps: median(used.map((point) => point.busbw)),
    fromBytes: first?.bytes ?? last.bytes,
    toBytes: used.at(-1)?.bytes ?? last.bytes,
    rising: before !== undefined && before.bytes >= last.bytes / 2 && last.busbw > before.busbw * 1.05,
  }
}

/** What the shape of a curve looks like, whatever was expected. */
export type Shape = 'tcp-like' | 'collapse'

/** Recognises TCP (flat 1 to 6 GB/s from 32 MiB on) and collapse (20 % below an earlier maximum for two sizes); nccl.md §4.5. */
export function shapeOf(rows: readonly NcclRow[]): Shape | null {
  const points = curveOf(rows)
  const large = points.filter((point) => point.bytes >= 32 * MIB)
  const [first] = large
  if (!first || large.length < 2) return null
  const values = large.map((point) => point.busbw)
  const top = Math.max(...values)
  if (top >= 1 && top <= 6 && Math.min(...values) >= top * 0.6) return 'tcp-like'
  return collapses(points) ? 'collapse' : null
}

function collapses(points: readonly Point[]): boolean {
  let best = 0
  let below = 0
  for (const { bytes, busbw } of points) {
    if (bytes < 16 * MIB) continue
    best = Math.max(best, busbw)
    below = busbw < best * 0.8 ? below + 1 : 0
    if (below >= 2) return true
  }
  return false
}

interface Point {
  bytes: number
  busbw: number
}

/** Better placement of every size, ascending: one-row dips of one placement are noise (nccl.md §4.4). */
function curveOf(rows: readonly NcclRow[]): Point[] {
  const best = new Map<number, number>()
  for (const row of rows) {
    const value = Math.max(row.outOfPlace.busbwGBps ?? 0, row.inPlace.busbwGBps ?? 0)
    if (row.sizeBytes > 0) best.set(row.sizeBytes, Math.max(best.get(row.sizeBytes) ?? 0, value))
  }
  return [...best].map(([bytes, busbw]) => ({ bytes, busbw })).sort((a, b) => a.bytes - b.bytes)
}

/** Middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}

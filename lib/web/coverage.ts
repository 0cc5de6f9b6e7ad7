import type { Segment } from './outline'

/** How much of each pixel of a box lies inside an outline. */
export interface Coverage {
  left: number
  top: number
  width: number
  height: number
  /** 0–1, row by row. */
  alpha: Float32Array
}

/**
 * Exact coverage of closed outlines (non-zero winding, as fonts want it): each piece adds its signed area to the pixels right of it, a
 * running sum over each row then is the coverage.
 * @param limit outlines are cut to this box: nothing outside is drawn, nor paid for
 */
export function cover(segments: readonly Segment[], limit: { width: number; height: number }): Coverage | null {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1]
  for (const [x1, y1, x2, y2] of segments) {
    left = Math.min(left, x1, x2)
    top = Math.min(top, y1, y2)
    right = Math.max(right, x1, x2)
    bottom = Math.max(bottom, y1, y2)
  }
  left = Math.max(0, Math.floor(left))
  top = Math.max(0, Math.floor(top))
  const width = Math.min(limit.width, Math.ceil(right)) - left
  const height = Math.min(limit.height, Math.ceil(bottom)) - top
  if (!(width > 0 && height > 0)) return null
  const sums = new Float32Array((width + 2) * height)
  for (const [x1, y1, x2, y2] of segments) accumulate(sums, width, height, x1 - left, y1 - top, x2 - left, y2 - top)
  const alpha = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    let sum = 0
    for (let x = 0; x < width; x += 1) {
      sum += sums[y * (width + 2) + x] ?? 0
      alpha[y * width + x] = Math.min(1, Math.abs(sum))
    }
  }
  return { left, top, width, height, alpha }
}

function accumulate(sums: Float32Array, width: number, height: number, x1: number, y1: number, x2: number, y2: number) {
  if (y1 === y2) return
  const sign = y1 < y2 ? 1 : -1
  const [topX, topY, lowX, lowY] = y1 < y2 ? [x1, y1, x2, y2] : [x2, y2, x1, y1]
  const slope = (lowX - topX) / (lowY - topY)
  const from = Math.max(0, Math.floor(topY))
  const to = Math.min(height, Math.ceil(lowY))
  for (let row = from; row < to; row += 1) {
    const enter = Math.max(row, topY)
    const leave = Math.min(row + 1, lowY)
    const high = leave - enter
    if (high <= 0) continue
    const xa = clamp(topX + (enter - topY) * slope, width)
    const xb = clamp(topX + (leave - topY) * slope, width)
    span(sums, row * (width + 2), Math.min(xa, xb), Math.max(xa, xb), high * sign)
  }
}

function clamp(x: number, width: number): number {
  return Math.max(0, Math.min(width, x))
}

/** Adds the area right of a piece that crosses one row between two places. */
function span(sums: Float32Array, base: number, from: number, to: number, area: number) {
  const first = Math.floor(from)
  const last = Math.floor(to)
  if (first === last) {
    const right = 1 - ((from + to) / 2 - first)
    add(sums, base + first, area * right)
    add(sums, base + first + 1, area * (1 - right))
    return
  }
  const step = area / (to - from)
  let carried = 0
  for (let x = first; x <= last; x += 1) {
    const enter = Math.max(from, x)
    const leave = Math.min(to, x + 1)
    const part = (leave - enter) * step
    const right = 1 - ((enter + leave) / 2 - x)
    add(sums, base + x, part * right + carried)
    carried = part * (1 - right)
  }
  add(sums, base + last + 1, carried)
}

function add(sums: Float32Array, at: number, value: number) {
  sums[at] = (sums[at] ?? 0) + value
}

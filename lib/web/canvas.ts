import { CELL, strokesOf } from './glyphs'

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number]

/** A colour from `#rrggbb`. */
export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** How a line is broken: `[on, off]` in pixels. */
export type Dash = readonly [number, number]

interface Mask {
  width: number
  height: number
  /** Coverage of each pixel, 0–1. */
  alpha: Float32Array
  /** Pixels left of and above the cell's origin. */
  margin: number
}

/** A picture of RGB pixels with the few shapes that the preview image needs. Everything outside is cut off. */
export class Canvas {
  readonly pixels: Uint8Array
  private readonly masks = new Map<string, Mask>()

  constructor(
    readonly width: number,
    readonly height: number,
    background: Colour,
  ) {
    this.pixels = new Uint8Array(width * height * 3)
    this.pixels.set(background)
    // Doubles what is there: a loop over all pixels costs ten times as much.
    for (let done = 3; done < this.pixels.length; done *= 2) this.pixels.copyWithin(done, 0, done)
  }

  /** Fills a rectangle; `pick` chooses pixels of it (for patterns). */
  fill(x: number, y: number, width: number, height: number, colour: Colour, pick?: (x: number, y: number) => boolean) {
    const bottom = Math.min(this.height, Math.round(y + height))
    const right = Math.min(this.width, Math.round(x + width))
    for (let py = Math.max(0, Math.round(y)); py < bottom; py += 1)
      for (let px = Math.max(0, Math.round(x)); px < right; px += 1)
        if (!pick || pick(px, py)) this.blend(px, py, colour, 1)
  }

  /** The border of a rectangle, whole or broken. */
  frame(x: number, y: number, width: number, height: number, thick: number, colour: Colour, dash?: Dash) {
    const isOn = (along: number) => !dash || along % (dash[0] + dash[1]) < dash[0]
    const across = (px: number) => isOn(px)
    const down = (_: number, py: number) => isOn(py)
    this.fill(x, y, width, thick, colour, across)
    this.fill(x, y + height - thick, width, thick, colour, across)
    this.fill(x, y, thick, height, colour, down)
    this.fill(x + width - thick, y, thick, height, colour, down)
  }

  /** A line with round ends. */
  line(x1: number, y1: number, x2: number, y2: number, thick: number, colour: Colour) {
    const reach = thick / 2 + 1
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(y1, y2) + reach))
    const right = Math.min(this.width - 1, Math.ceil(Math.max(x1, x2) + reach))
    for (let py = Math.max(0, Math.floor(Math.min(y1, y2) - reach)); py <= bottom; py += 1)
      for (let px = Math.max(0, Math.floor(Math.min(x1, x2) - reach)); px <= right; px += 1) {
        const cover = thick / 2 + 0.5 - distance(px + 0.5, py + 0.5, x1, y1, x2, y2)
        if (cover > 0) this.blend(px, py, colour, Math.min(1, cover))
      }
  }

  /**
   * Writes one line of text; `x`, `y` is its top left, `dot` the size of one dot of the font in pixels.
   * Returns the width written.
   */
  text(text: string, x: number, y: number, dot: number, colour: Colour, bold = false): number {
    let at = x
    for (const char of text) {
      if (char !== ' ') this.stamp(this.maskOf(char, dot, bold), at, y, colour)
      at += CELL.advance * dot
    }
    return at - x
  }

  private stamp(mask: Mask, x: number, y: number, colour: Colour) {
    const left = Math.round(x) - mask.margin
    const top = Math.round(y) - mask.margin
    for (let my = 0; my < mask.height; my += 1)
      for (let mx = 0; mx < mask.width; mx += 1) {
        const alpha = mask.alpha[my * mask.width + mx] ?? 0
        const px = left + mx
        const py = top + my
        if (alpha > 0 && px >= 0 && py >= 0 && px < this.width && py < this.height) this.blend(px, py, colour, alpha)
      }
  }

  private maskOf(char: string, dot: number, bold: boolean): Mask {
    const key = `${char} ${dot} ${bold}`
    const known = this.masks.get(key)
    if (known) return known
    const radius = dot * (bold ? 0.6 : 0.45)
    const margin = Math.ceil(radius)
    const width = Math.ceil(CELL.columns * dot) + margin * 2
    const height = Math.ceil(CELL.rows * dot) + margin * 2
    const strokes = strokesOf(char)
    const alpha = Float32Array.from({ length: width * height }, (_, index) => {
      const px = (index % width) + 0.5 - margin
      const py = Math.floor(index / width) + 0.5 - margin
      let nearest = Number.POSITIVE_INFINITY
      for (const [x1, y1, x2, y2] of strokes)
        nearest = Math.min(
          nearest,
          distance(px, py, (x1 + 0.5) * dot, (y1 + 0.5) * dot, (x2 + 0.5) * dot, (y2 + 0.5) * dot),
        )
      return Math.max(0, Math.min(1, radius + 0.5 - nearest))
    })
    const mask = { width, height, alpha, margin }
    this.masks.set(key, mask)
    return mask
  }

  private blend(x: number, y: number, colour: Colour, alpha: number) {
    const at = (y * this.width + x) * 3
    for (let part = 0; part < 3; part += 1) {
      const below = this.pixels[at + part] ?? 0
      this.pixels[at + part] = Math.round(below + ((colour[part] ?? 0) - below) * alpha)
    }
  }
}

/** Distance of a point to a line between two points. */
function distance(px: number, py: number, x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1
  const dy = y2 - y1
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - x1) * dx + (py - y1) * dy) / length))
  return Math.hypot(px - x1 - along * dx, py - y1 - along * dy)
}

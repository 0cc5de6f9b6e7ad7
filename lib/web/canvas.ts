import { type Coverage, cover } from './coverage'
import { type Face, outlineOf, type Segment, widthOf } from './outline'

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number]

/** A colour from `#rrggbb`. */
export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** How a line is broken: `[on, off]` in pixels. */
export type Dash = readonly [number, number]

export interface TextStyle {
  face: Face
  size: number
  colour: Colour
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** A picture of RGB pixels with the few shapes that the preview image needs. Everything outside is cut off. */
export class Canvas {
  readonly pixels: Uint8Array
  private readonly letters = new Map<string, Coverage | null>()

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

  /** Fills a rectangle with round corners; `pick` chooses pixels of it (for patterns). */
  fill(box: Box, radius: number, colour: Colour, pick?: (x: number, y: number) => boolean, alpha = 1) {
    this.paint(cover(rounded(box, radius), this), colour, pick, alpha)
  }

  /** The border of a rectangle with round corners, whole or broken; drawn inside its edge. */
  frame(box: Box, radius: number, thick: number, colour: Colour, dash?: Dash) {
    const inner = { x: box.x + thick, y: box.y + thick, width: box.width - thick * 2, height: box.height - thick * 2 }
    const hole = rounded(inner, Math.max(0, radius - thick)).map(([x1, y1, x2, y2]): Segment => [x2, y2, x1, y1])
    const isOn = (at: number) => !dash || at % (dash[0] + dash[1]) < dash[0]
    const isAside = (x: number) => x < box.x + thick + 1 || x > box.x + box.width - thick - 2
    this.paint(cover([...rounded(box, radius), ...hole], this), colour, (x, y) => isOn(isAside(x) ? y : x))
  }

  /** A line with round ends. */
  line(x1: number, y1: number, x2: number, y2: number, thick: number, colour: Colour, dash?: Dash) {
    const length = Math.hypot(x2 - x1, y2 - y1)
    const angle = Math.atan2(y2 - y1, x2 - x1)
    const bow = (x: number, y: number, from: number) =>
      Array.from({ length: 9 }, (_, at): [number, number] => {
        const turn = from + (at / 8) * Math.PI
        return [x + (Math.cos(turn) * thick) / 2, y + (Math.sin(turn) * thick) / 2]
      })
    const one = (from: number, to: number) => {
      const at = (part: number): [number, number] => [x1 + Math.cos(angle) * part, y1 + Math.sin(angle) * part]
      this.polygon([...bow(...at(to), angle - Math.PI / 2), ...bow(...at(from), angle + Math.PI / 2)], colour)
    }
    if (!dash) one(0, length)
    else for (let at = 0; at < length; at += dash[0] + dash[1]) one(at, Math.min(length, at + dash[0]))
  }

  /** A closed shape through points. */
  polygon(points: readonly (readonly [number, number])[], colour: Colour, alpha = 1) {
    const segments = points.map(([x, y], at): Segment => {
      const [nextX, nextY] = points[(at + 1) % points.length] ?? [x, y]
      return [x, y, nextX, nextY]
    })
    this.paint(cover(segments, this), colour, undefined, alpha)
  }

  /** A ring, or a disc where it is as thick as its radius. */
  ring(x: number, y: number, radius: number, thick: number, colour: Colour) {
    const around = { x: x - radius, y: y - radius, width: radius * 2, height: radius * 2 }
    if (thick >= radius) this.fill(around, radius, colour)
    else this.frame(around, radius, thick, colour)
  }

  /** Writes one line of text; `x`, `y` is the left end of its base line. Returns the width written. */
  text(text: string, x: number, y: number, { face, size, colour }: TextStyle): number {
    let at = x
    for (const char of text) {
      // A quarter of a pixel is fine enough for even letters.
      const part = Math.floor((at - Math.floor(at)) * 4) / 4
      if (char !== ' ') this.stamp(this.letter(char, face, size, part), Math.floor(at), Math.round(y), colour)
      at += widthOf(char, face, size)
    }
    return at - x
  }

  private letter(char: string, face: Face, size: number, part: number): Coverage | null {
    const key = `${char} ${face} ${size} ${part}`
    const known = this.letters.get(key)
    if (known !== undefined) return known
    // Drawn away from the edge, which would cut what lies left of the origin or above it.
    const moved = outlineOf(char, face, size).map(
      ([x1, y1, x2, y2]): Segment => [x1 + part + PAD, y1 + size + PAD, x2 + part + PAD, y2 + size + PAD],
    )
    const made = cover(moved, { width: size * 3 + PAD, height: size * 3 + PAD })
    const letter = made && { ...made, left: made.left - PAD, top: made.top - PAD - size }
    this.letters.set(key, letter)
    return letter
  }

  private stamp(letter: Coverage | null, x: number, y: number, colour: Colour) {
    if (letter) this.paint({ ...letter, left: letter.left + x, top: Math.round(letter.top + y) }, colour)
  }

  private paint(area: Coverage | null, colour: Colour, pick?: (x: number, y: number) => boolean, strength = 1) {
    if (!area) return
    const { left, top, width, height, alpha } = area
    for (let y = Math.max(0, -top); y < height && top + y < this.height; y += 1)
      for (let x = Math.max(0, -left); x < width && left + x < this.width; x += 1) {
        const part = alpha[y * width + x] ?? 0
        if (part > 0.004 && (!pick || pick(left + x, top + y))) this.blend(left + x, top + y, colour, part * strength)
      }
  }

  private blend(x: number, y: number, colour: Colour, alpha: number) {
    const at = (y * this.width + x) * 3
    for (let part = 0; part < 3; part += 1) {
      const below = this.pixels[at + part] ?? 0
      this.pixels[at + part] = Math.round(below + ((colour[part] ?? 0) - below) * alpha)
    }
  }
}

const PAD = 8

/** Outline of a rectangle with round corners. */
function rounded({ x, y, width, height }: Box, radius: number): Segment[] {
  const r = Math.max(0, Math.min(radius, width / 2, height / 2))
  const corners = [
    [x + width - r, y + r, -Math.PI / 2],
    [x + width - r, y + height - r, 0],
    [x + r, y + height - r, Math.PI / 2],
    [x + r, y + r, Math.PI],
  ] as const
  const steps = r === 0 ? 0 : Math.max(4, Math.ceil(r))
  const points = corners.flatMap(([cx, cy, from]) =>
    Array.from({ length: steps + 1 }, (_, at): [number, number] => {
      const turn = from + (steps === 0 ? 0 : (at / steps) * (Math.PI / 2))
      return [cx + Math.cos(turn) * r, cy + Math.sin(turn) * r]
    }),
  )
  return points.map(([px, py], at): Segment => [px, py, ...(points[(at + 1) % points.length] ?? [px, py])])
}

import { faces } from './font.gen'

export type Face = keyof typeof faces

/** A straight piece of a closed outline, pixels, y downwards. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number]

/** Pieces that a curve is drawn with: at the sizes of a picture, finer is not seen. */
const STEPS = 5

/** Width of a text in pixels; a character without a letter is as wide as a digit. */
export function widthOf(text: string, face: Face, size: number): number {
  let units = 0
  for (const char of text) units += glyphOf(char, face)[0]
  return (units * size) / faces[face].em
}

/** The outline of a character whose origin (left end of its base line) lies at 0, 0. */
export function outlineOf(char: string, face: Face, size: number): Segment[] {
  const scale = size / faces[face].em
  return glyphOf(char, face)[1]
    .split('|')
    .filter((contour) => contour !== '')
    .flatMap((contour) => flattened(contour.split(' ').map(Number), scale))
}

/** What a character that the font lacks looks like: a box. */
const BOX = '60 0 60 350 60 700 300 700 540 700 540 350 540 0 300 0 60 0'

function glyphOf(char: string, face: Face): readonly [number, string] {
  const { glyphs } = faces[face]
  return Object.hasOwn(glyphs, char) ? (glyphs[char] ?? [600, BOX]) : [600, BOX]
}

function flattened(numbers: readonly number[], scale: number): Segment[] {
  const segments: Segment[] = []
  let [x = 0, y = 0] = numbers
  for (let at = 2; at + 3 < numbers.length + 1; at += 4) {
    const [cx = 0, cy = 0, ex = 0, ey = 0] = numbers.slice(at, at + 4)
    let px = x
    let py = y
    for (let step = 1; step <= STEPS; step += 1) {
      const t = step / STEPS
      const u = 1 - t
      const nx = u * u * x + 2 * u * t * cx + t * t * ex
      const ny = u * u * y + 2 * u * t * cy + t * t * ey
      segments.push([px * scale, -py * scale, nx * scale, -ny * scale])
      px = nx
      py = ny
    }
    x = ex
    y = ey
  }
  return segments
}

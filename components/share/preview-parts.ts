import type { ShownState } from '@/lib/verdict'
import { type Box, type Canvas, type Colour, type Dash, hex, type TextStyle } from '@/lib/web/canvas'
import { widthOf } from '@/lib/web/outline'

/** Size that chats expect of a preview. */
export const PREVIEW = { width: 1200, height: 630 }

export const BACK = hex('#0a0e13')
export const SURFACE = hex('#10161d')
export const LINE = hex('#2a3644')
export const SOFT = hex('#1b242e')
export const TEXT = hex('#e8eef4')
export const MUTED = hex('#a3b0be')
export const FAINT = hex('#8492a3')
export const ACCENT = hex('#6cb6ff')

export interface Look {
  colour: Colour
  border: Colour
  back: Colour
  dash?: Dash
  /** Which pixels carry the pattern that says the same without colour. */
  pattern?: (x: number, y: number) => boolean
  patternColour?: Colour
}

/** States as on the page: each with its colour, border and pattern. */
export const LOOKS: Readonly<Record<ShownState, Look>> = {
  pass: { colour: hex('#41ba8e'), border: hex('#1d4a3b'), back: hex('#0f1c1b') },
  warn: { colour: hex('#e3ac41'), border: hex('#6b5424'), back: hex('#1f1b12') },
  fail: { colour: hex('#ff6f62'), border: hex('#ff6f62'), back: hex('#ff6f62') },
  unknown: {
    colour: hex('#b992f5'),
    border: hex('#7a62a3'),
    back: hex('#17142a'),
    dash: [7, 5],
    pattern: (x, y) => (x + y) % 12 < 4,
    patternColour: hex('#20193a'),
  },
  blocked: {
    colour: hex('#8b9aab'),
    border: hex('#46525f'),
    back: hex('#10161d'),
    dash: [7, 5],
    pattern: (x, y) => (x - y + 1400) % 12 < 2,
    patternColour: hex('#1b242e'),
  },
  running: { colour: hex('#5caaff'), border: hex('#2b5687'), back: hex('#10233a') },
  'not-applicable': { colour: hex('#8492a3'), border: hex('#1b242e'), back: BACK },
  'not-proved': { colour: hex('#8492a3'), border: hex('#3a4653'), back: BACK, dash: [2, 5] },
}

/** A failed level above the first broken one: told, not shouted. */
export const ALSO_FAILED: Look = { ...LOOKS.fail, border: hex('#8d4540'), back: hex('#241417') }
/** Text on the loud one. */
export const ON_FAIL = hex('#1f0503')

/** The shape of a state in a square of `size` pixels, told apart without colour. */
export function drawIcon(canvas: Canvas, state: ShownState, x: number, y: number, size: number, colour: Colour) {
  const at = (part: number) => part * size
  const line = (x1: number, y1: number, x2: number, y2: number, c: Colour = colour) =>
    canvas.line(x + at(x1), y + at(y1), x + at(x2), y + at(y2), Math.max(2, size * 0.11), c)
  const centre = { x: x + size / 2, y: y + size / 2 }
  switch (state) {
    case 'pass':
      canvas.ring(centre.x, centre.y, size * 0.46, Math.max(1.6, size * 0.1), colour)
      line(0.31, 0.52, 0.45, 0.66)
      line(0.45, 0.66, 0.7, 0.36)
      return
    case 'fail': {
      const [a, b] = [0.3, 0.7]
      const corners = [
        [a, 0],
        [b, 0],
        [1, a],
        [1, b],
        [b, 1],
        [a, 1],
        [0, b],
        [0, a],
      ] as const
      canvas.polygon(
        corners.map(([px, py]) => [x + at(px), y + at(py)] as const),
        colour,
      )
      const hole = colour === ON_FAIL ? LOOKS.fail.back : BACK
      line(0.34, 0.34, 0.66, 0.66, hole)
      line(0.66, 0.34, 0.34, 0.66, hole)
      return
    }
    case 'warn':
      line(0.5, 0.08, 0.95, 0.88)
      line(0.95, 0.88, 0.05, 0.88)
      line(0.05, 0.88, 0.5, 0.08)
      line(0.5, 0.4, 0.5, 0.6)
      line(0.5, 0.74, 0.5, 0.75)
      return
    case 'blocked':
      canvas.frame(
        { x: x + 1, y: y + 1, width: size - 2, height: size - 2 },
        size * 0.2,
        Math.max(1.6, size * 0.1),
        colour,
      )
      line(0.38, 0.35, 0.38, 0.65)
      line(0.62, 0.35, 0.62, 0.65)
      return
    case 'unknown':
      for (let dot = 0; dot < 8; dot += 1) {
        const turn = (dot / 8) * 2 * Math.PI
        canvas.ring(
          centre.x + Math.cos(turn) * size * 0.43,
          centre.y + Math.sin(turn) * size * 0.43,
          size * 0.07,
          size,
          colour,
        )
      }
      line(0.4, 0.38, 0.5, 0.32)
      line(0.5, 0.32, 0.6, 0.4)
      line(0.6, 0.4, 0.5, 0.54)
      line(0.5, 0.7, 0.5, 0.71)
      return
    case 'running':
      canvas.ring(centre.x, centre.y, size * 0.44, Math.max(1.6, size * 0.1), colour)
      canvas.ring(centre.x, centre.y, size * 0.2, size, colour)
      return
    case 'not-applicable':
      line(0.25, 0.5, 0.75, 0.5)
      return
    case 'not-proved':
      for (let dot = 0; dot < 10; dot += 1) {
        const turn = (dot / 10) * 2 * Math.PI
        canvas.ring(
          centre.x + Math.cos(turn) * size * 0.4,
          centre.y + Math.sin(turn) * size * 0.4,
          size * 0.06,
          size,
          colour,
        )
      }
  }
}

/** The stack of stones. */
export function drawLogo(canvas: Canvas, x: number, y: number, size: number) {
  const stones = [
    [0.42, 0, 0.16],
    [0.32, 0.25, 0.36],
    [0.18, 0.5, 0.64],
    [0, 0.75, 1],
  ] as const
  for (const [left, top, wide] of stones)
    canvas.fill({ x: x + left * size, y: y + top * size, width: wide * size, height: size * 0.19 }, size * 0.09, ACCENT)
}

/** Writes text in lines; what does not fit ends in dots. Returns the base line that would come next. */
export function paragraph(
  canvas: Canvas,
  text: string,
  place: Omit<Box, 'height'> & { most: number; leading?: number },
  style: TextStyle,
): number {
  const leading = place.leading ?? Math.round(style.size * 1.34)
  const lines = wrap(oneLine(text), place.width, place.most, style)
  lines.forEach((line, index) => {
    canvas.text(line, place.x, place.y + index * leading, style)
  })
  return place.y + lines.length * leading
}

/** Text in at most `most` lines no wider than `width`, broken at spaces where there are any. */
export function wrap(
  text: string,
  width: number,
  most: number,
  { face, size }: Pick<TextStyle, 'face' | 'size'>,
): string[] {
  const fits = (part: string) => widthOf(part, face, size) <= width
  const lines: string[] = []
  let rest = text.trim()
  while (rest !== '' && lines.length < most) {
    let cut = longest(rest, fits)
    const space = rest.lastIndexOf(' ', cut)
    if (cut < rest.length && space > cut / 3) cut = space
    lines.push(rest.slice(0, Math.max(1, cut)).trimEnd())
    rest = rest.slice(Math.max(1, cut)).trimStart()
  }
  const last = lines.at(-1)
  if (rest === '' || last === undefined) return lines
  let kept = last
  while (kept !== '' && !fits(`${kept}…`)) kept = kept.slice(0, -1).trimEnd()
  // At a word's end where that costs little.
  const space = kept.lastIndexOf(' ')
  if (kept.length < last.length && space > kept.length * 0.7) kept = kept.slice(0, space)
  lines[lines.length - 1] = `${kept}…`
  return lines
}

/** How many characters of a text fit. */
function longest(text: string, fits: (part: string) => boolean): number {
  let [low, high] = [0, Math.min(text.length, 400)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(text.slice(0, middle))) low = middle
    else high = middle - 1
  }
  return low
}

/** Text on one line, of the length a picture can show. */
export function oneLine(text: string): string {
  return text.slice(0, 2_000).normalize('NFC').replace(/\s+/g, ' ').trim()
}

/** The largest of some sizes at which text fits a width in one line; cut where none does. */
export function largest(
  text: string,
  sizes: readonly number[],
  width: number,
  face: TextStyle['face'],
): { text: string; size: number } {
  const plain = oneLine(text)
  const size = sizes.find((each) => widthOf(plain, face, each) <= width) ?? sizes.at(-1) ?? 24
  return { size, text: wrap(plain, width, 1, { face, size })[0] ?? '' }
}

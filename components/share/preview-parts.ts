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

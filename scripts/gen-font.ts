/**
 * Writes the outlines that the preview image is drawn with (`lib/web/font.gen.ts`, ignored by git) from the fonts in the `geist` package:
 * the picture then has the letters of the page, without a font library and without a file to find at run time. TrueType as in the
 * OpenType specification: head, maxp, hhea, hmtx, cmap format 4, loca, glyf.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const ROOT = new URL('..', import.meta.url).pathname
const TARGET = `${ROOT}lib/web/font.gen.ts`
const FACES = {
  regular: 'geist-sans/Geist-Regular.ttf',
  semibold: 'geist-sans/Geist-SemiBold.ttf',
  mono: 'geist-mono/GeistMono-Regular.ttf',
}
/** Printable ASCII, and what our own words use. What is missing is drawn as a box. */
const CHARS = [
  ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)),
  ...'–—‘’“”…×→≤≥·µ°±ÄÖÜäöüßéèêáàâíóôúñçÅåØøÆæ',
]

interface Point {
  x: number
  y: number
  on: boolean
}

class Font {
  private readonly tables = new Map<string, number>()
  readonly unitsPerEm: number
  private readonly longLoca: boolean
  private readonly metrics: number

  constructor(private readonly file: Buffer) {
    for (let at = 0; at < file.readUInt16BE(4); at += 1)
      this.tables.set(file.toString('latin1', 12 + at * 16, 16 + at * 16), file.readUInt32BE(12 + at * 16 + 8))
    this.unitsPerEm = file.readUInt16BE(this.table('head') + 18)
    this.longLoca = file.readInt16BE(this.table('head') + 50) === 1
    this.metrics = file.readUInt16BE(this.table('hhea') + 34)
  }

  private table(tag: string): number {
    const at = this.tables.get(tag)
    if (at === undefined) throw new Error(`the font has no table ${tag}`)
    return at
  }

  /** Index of a character's glyph; 0 when it has none. */
  glyphOf(code: number): number {
    const { file } = this
    const cmap = this.table('cmap')
    for (let at = 0; at < file.readUInt16BE(cmap + 2); at += 1) {
      const sub = cmap + file.readUInt32BE(cmap + 4 + at * 8 + 4)
      if (file.readUInt16BE(sub) !== 4) continue
      const doubled = file.readUInt16BE(sub + 6)
      for (let seg = 0; seg < doubled; seg += 2) {
        if (code > file.readUInt16BE(sub + 14 + seg)) continue
        const start = file.readUInt16BE(sub + 16 + doubled + seg)
        if (code < start) return 0
        const delta = file.readUInt16BE(sub + 16 + doubled * 2 + seg)
        const rangeAt = sub + 16 + doubled * 3 + seg
        const range = file.readUInt16BE(rangeAt)
        if (range === 0) return (code + delta) & 0xffff
        const glyph = file.readUInt16BE(rangeAt + range + (code - start) * 2)
        return glyph === 0 ? 0 : (glyph + delta) & 0xffff
      }
    }
    return 0
  }

  advance(glyph: number): number {
    return this.file.readUInt16BE(this.table('hmtx') + Math.min(glyph, this.metrics - 1) * 4)
  }

  /** Closed outlines of a glyph, parts of composed ones moved to their place. */
  outlines(glyph: number, depth = 0): Point[][] {
    const { file } = this
    const loca = this.table('loca')
    const offset = (index: number) =>
      this.longLoca ? file.readUInt32BE(loca + index * 4) : file.readUInt16BE(loca + index * 2) * 2
    if (offset(glyph) === offset(glyph + 1) || depth > 4) return []
    const at = this.table('glyf') + offset(glyph)
    const count = file.readInt16BE(at)
    return count < 0 ? this.composed(at + 10, depth) : this.simple(at + 10, count)
  }

  private composed(start: number, depth: number): Point[][] {
    const { file } = this
    const all: Point[][] = []
    let at = start
    for (let more = true; more; ) {
      const flags = file.readUInt16BE(at)
      const glyph = file.readUInt16BE(at + 2)
      const words = (flags & 1) !== 0
      const dx = words ? file.readInt16BE(at + 4) : file.readInt8(at + 4)
      const dy = words ? file.readInt16BE(at + 6) : file.readInt8(at + 5)
      at += words ? 8 : 6
      let scale = [1, 1]
      const fixed = (where: number) => file.readInt16BE(where) / 16_384
      if (flags & 8) {
        scale = [fixed(at), fixed(at)]
        at += 2
      } else if (flags & 0x40) {
        scale = [fixed(at), fixed(at + 2)]
        at += 4
      } else if (flags & 0x80) throw new Error('turned parts of glyphs are not read')
      for (const contour of this.outlines(glyph, depth + 1))
        all.push(contour.map(({ x, y, on }) => ({ x: x * (scale[0] ?? 1) + dx, y: y * (scale[1] ?? 1) + dy, on })))
      more = (flags & 0x20) !== 0
    }
    return all
  }

  private simple(start: number, count: number): Point[][] {
    const { file } = this
    const ends = Array.from({ length: count }, (_, at) => file.readUInt16BE(start + at * 2))
    const total = (ends.at(-1) ?? -1) + 1
    let at = start + count * 2
    at += 2 + file.readUInt16BE(at)
    const flags: number[] = []
    while (flags.length < total) {
      const flag = file.readUInt8(at++)
      flags.push(flag)
      if (flag & 8) for (let left = file.readUInt8(at++); left > 0; left -= 1) flags.push(flag)
    }
    const axis = (short: number, same: number): number[] => {
      let value = 0
      return flags.map((flag) => {
        if (flag & short) value += flag & same ? file.readUInt8(at++) : -file.readUInt8(at++)
        else if (!(flag & same)) {
          value += file.readInt16BE(at)
          at += 2
        }
        return value
      })
    }
    const xs = axis(2, 16)
    const ys = axis(4, 32)
    const points = flags.map((flag, index) => ({ x: xs[index] ?? 0, y: ys[index] ?? 0, on: (flag & 1) !== 0 }))
    return ends.map((end, index) => points.slice(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end + 1))
  }
}

/** A contour as numbers: start, then per curve control and end point (a straight line has its control point halfway). */
function curves(contour: readonly Point[]): number[] {
  const full: Point[] = []
  contour.forEach((point, index) => {
    const before = contour[(index + contour.length - 1) % contour.length]
    if (before && !before.on && !point.on)
      full.push({ x: (before.x + point.x) / 2, y: (before.y + point.y) / 2, on: true })
    full.push(point)
  })
  const first = full.findIndex((point) => point.on)
  const turned = [...full.slice(first), ...full.slice(0, first)]
  const start = turned[0]
  if (!start) return []
  const numbers = [start.x, start.y]
  let last = start
  for (let at = 1; at <= turned.length; at += 1) {
    const point = turned[at % turned.length] ?? start
    if (!point.on) {
      const end = turned[(at + 1) % turned.length] ?? start
      numbers.push(point.x, point.y, end.x, end.y)
      last = end
      at += 1
    } else if (point !== last) {
      numbers.push((last.x + point.x) / 2, (last.y + point.y) / 2, point.x, point.y)
      last = point
    }
  }
  return numbers.map(Math.round)
}

function face(path: string): { em: number; glyphs: Record<string, [number, string]> } {
  const font = new Font(readFileSync(`${ROOT}node_modules/geist/dist/fonts/${path}`))
  const glyphs: Record<string, [number, string]> = {}
  for (const char of CHARS) {
    const glyph = font.glyphOf(char.codePointAt(0) ?? 0)
    if (glyph === 0) continue
    const outline = font
      .outlines(glyph)
      .map((contour) => curves(contour).join(' '))
      .join('|')
    glyphs[char] = [font.advance(glyph), outline]
  }
  if (Object.keys(glyphs).length < 95)
    throw new Error(`${path}: only ${Object.keys(glyphs).length} characters were found`)
  return { em: font.unitsPerEm, glyphs }
}

const faces = Object.fromEntries(Object.entries(FACES).map(([name, path]) => [name, face(path)]))
const text = `// Generated by scripts/gen-font.ts from the fonts of the package geist (SIL Open Font License 1.1). Not committed; do not edit.
/** Units of the em square, and per character its advance and outlines: \`x y (cx cy x y)*\`, contours apart by \`|\`, y upwards. */
export const faces: Readonly<Record<'${Object.keys(FACES).join("' | '")}', { em: number; glyphs: Readonly<Record<string, readonly [number, string]>> }>> = ${JSON.stringify(faces)}
`
if (!existsSync(TARGET) || readFileSync(TARGET, 'utf8') !== text) writeFileSync(TARGET, text)
console.log(`lib/web/font.gen.ts: ${Object.keys(FACES).length} faces, ${Math.round(text.length / 1024)} kB`)

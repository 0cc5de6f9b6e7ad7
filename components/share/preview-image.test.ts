import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snapshotOf } from '@/e2e/stand-in/runs'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { widthOf } from '@/lib/web/outline'
import { previewImage } from './preview-image'
import { PREVIEW, wrap } from './preview-parts'

/** A PNG's size and unfiltered RGB pixels, with every checksum compared. */
function decode(png: Buffer): { width: number; height: number; at(x: number, y: number): string } {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const body = png.subarray(at + 4, at + 8 + length)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc(body))
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4))
    at += length + 12
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') ?? Buffer.alloc(13)
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const stride = width * 3
  expect(rows.length).toBe((stride + 1) * height)
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    expect(rows[y * (stride + 1)]).toBe(2)
    for (let x = 0; x < stride; x += 1)
      pixels[y * stride + x] =
        (rows[y * (stride + 1) + 1 + x] ?? 0) + (y === 0 ? 0 : (pixels[(y - 1) * stride + x] ?? 0))
  }
  return { width, height, at: (x, y) => pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3).toString('hex') }
}

function crc(bytes: Buffer): number {
  let value = ~0
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (0xedb88320 & -(value & 1))
  }
  return ~value >>> 0
}

const node: SnapshotContent = {
  ...snapshotOf(),
  state: 'fail',
  levels: Array.from({ length: 10 }, (_, index) => ({
    number: index + 1,
    title: `Level ${index + 1}`,
    shown: index < 4 ? 'pass' : index === 4 ? 'fail' : 'not-proved',
    line: '',
  })),
}

describe('preview image', { timeout: 60_000 }, () => {
  it('is a PNG whose bars have the colours of their states', () => {
    const png = previewImage(node)
    const image = decode(png)
    expect(image).toMatchObject(PREVIEW)
    expect(png.length).toBeLessThan(200_000)
    // The fifth bar from below is the broken one, the first is fine, the tenth was never proved.
    const bar = (level: number) => image.at(830, 56 + (10 - level) * 50 + 38)
    expect(bar(5)).toBe('ff6f62')
    expect(bar(1)).toBe('0f1c1b')
    expect(bar(10)).toBe('0a0e13')
    // The stripe at the top has the colour of the state.
    expect(image.at(600, 3)).toBe('ff6f62')
    expect(decode(previewImage({ ...node, state: 'pass' })).at(600, 3)).toBe('41ba8e')
  })

  it('writes in letters, not in boxes: another title gives other pixels, in its place only', () => {
    const one = decode(previewImage({ ...node, title: 'dgx030' }))
    const two = decode(previewImage({ ...node, title: 'dgx031' }))
    const differs = (x: number, y: number) => one.at(x, y) !== two.at(x, y)
    const columns = Array.from({ length: 600 }, (_, x) => x)
    expect(columns.some((x) => differs(x, 90))).toBe(true)
    expect(columns.every((x) => !differs(x, 300))).toBe(true)
    const bright = columns.filter((x) => one.at(x, 90) === 'e8eef4').length
    expect(bright).toBeGreaterThan(20)
    expect(bright).toBeLessThan(260)
  })

  it('fills the cells of a matrix by their states', () => {
    const image = decode(previewImage(snapshotOf('matrix')))
    expect(image.at(815, 420)).toBe('ff6f62')
    expect(image.at(705, 420)).toBe('0f1c1b')
  })

  it('draws runs and causes, and any text whatever', () => {
    const rows = [1, 2, 4].map((size) => ({
      sizeBytes: size * 1_048_576,
      timeUsec: 1,
      algbwGBps: 1,
      busbwGBps: size,
      wrong: 0,
    }))
    decode(previewImage({ ...node, kind: 'run', rows }))
    decode(previewImage({ ...node, kind: 'run', rows: [] }))
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const fix = [{ text, command: text, risk: 'none' }]
        const tables = [{ title: text, columns: [text, text], rows: [{ cells: [{ text, state: text }] }], more: 0 }]
        for (const kind of ['cause', 'run', 'node'] as const) {
          const image = previewImage({
            ...node,
            kind,
            title: text,
            headline: text,
            causes: [{ title: text, summary: text, fix }],
            tables,
          })
          expect(image.readUInt32BE(16)).toBe(1200)
        }
      }),
      { numRuns: 2 },
    )
  })

  it('breaks text into lines that fit, and says when something is left out', () => {
    const style = { face: 'regular', size: 20 } as const
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 40, max: 600 }), (text, width) => {
        const lines = wrap(text, width, 3, style)
        expect(lines.length).toBeLessThanOrEqual(3)
        for (const line of lines) expect(widthOf(line, 'regular', 20)).toBeLessThanOrEqual(width)
      }),
    )
    expect(wrap('one two three four', 60, 1, style)).toEqual(['one…'])
    expect(wrap('one two', 600, 1, style)).toEqual(['one two'])
  })
})

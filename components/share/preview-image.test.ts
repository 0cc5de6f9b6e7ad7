import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snapshotOf } from '@/e2e/stand-in/runs'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { PREVIEW, previewImage, wrap } from './preview-image'

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

describe('preview image', () => {
  it('is a PNG whose bars have the colours of their states', () => {
    const png = previewImage(node)
    const image = decode(png)
    expect(image).toMatchObject(PREVIEW)
    expect(png.length).toBeLessThan(200_000)
    // The fifth bar from below is the broken one, the first is fine, the tenth was never proved.
    const bar = (level: number) => image.at(844, 186 + (10 - level) * 39 + 30)
    expect(['ff6f62', 'ee6358']).toContain(bar(5))
    expect(bar(1)).toBe('0f2921')
    expect(bar(10)).toBe('0a0e13')
    expect(image.at(4, 300)).toBe('ff6f62')
  })

  it('draws runs and causes, and any text whatever', () => {
    const rows = [1, 2, 4].map((size) => ({
      sizeBytes: size * 1_048_576,
      timeUsec: 1,
      algbwGBps: 1,
      busbwGBps: size,
      wrong: 0,
      inPlaceBusbwGBps: null,
    }))
    decode(previewImage({ ...node, kind: 'run', rows }))
    decode(previewImage({ ...node, kind: 'run', rows: [] }))
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const fix = [{ text, command: text, risk: 'none' }]
        const image = previewImage({
          ...node,
          kind: 'cause',
          title: text,
          headline: text,
          causes: [{ title: text, summary: text, fix }],
        })
        expect(image.readUInt32BE(16)).toBe(1200)
      }),
      { numRuns: 5 },
    )
  })

  it('breaks text into lines that fit, and says when something is left out', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 4, max: 60 }), (text, columns) => {
        const lines = wrap(text, columns, 3)
        expect(lines.length).toBeLessThanOrEqual(3)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
      }),
    )
    expect(wrap('one two three four', 9, 1)).toEqual(['one tw...'])
  })
})

import { bytes, rate } from '@/components/runs/words'
import { shownWord } from '@/components/state/shown'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import type { Box, Canvas, Colour } from '@/lib/web/canvas'
import { widthOf } from '@/lib/web/outline'
import { FAINT, LINE, LOOKS, ON_FAIL, oneLine, SOFT, SURFACE, TEXT, wrap } from './preview-parts'

/** The bandwidth curve with the expected band; the last value is said. */
export function drawCurve(canvas: Canvas, content: SnapshotContent, box: Box, colour: Colour) {
  canvas.fill(box, 12, SURFACE)
  const rows = (content.rows ?? []).filter((row) => row.sizeBytes > 0 && row.busbwGBps !== null)
  const label = { face: 'regular', size: 19, colour: FAINT } as const
  if (rows.length === 0) {
    canvas.text('No size was measured', box.x + 28, box.y + 46, { ...label, size: 24 })
    return
  }
  const { expected } = content
  const peak = Math.max(1, ...rows.map((row) => row.busbwGBps ?? 0), expected?.high ?? 0) * 1.12
  const plot = { x: box.x + 72, y: box.y + 22, width: box.width - 190, height: box.height - 66 }
  const first = Math.log2(rows[0]?.sizeBytes ?? 1)
  const last = Math.log2(rows.at(-1)?.sizeBytes ?? 2)
  const at = (rateGBps: number) => plot.y + plot.height * (1 - rateGBps / peak)
  const points = rows.map((row): [number, number] => [
    plot.x + (last === first ? 0.5 : (Math.log2(row.sizeBytes) - first) / (last - first)) * plot.width,
    at(row.busbwGBps ?? 0),
  ])
  if (expected) {
    const top = at(expected.high)
    canvas.fill(
      { x: plot.x, y: top, width: plot.width, height: Math.max(3, at(expected.low) - top) },
      3,
      LOOKS.pass.colour,
      undefined,
      0.16,
    )
    canvas.text('expected', plot.x + 10, top - 8, { ...label, colour: LOOKS.pass.colour })
  }
  for (const part of [0, 0.5, 1]) {
    const value = (peak / 1.12) * part
    canvas.fill({ x: plot.x, y: Math.round(at(value)), width: plot.width, height: 1 }, 0, part === 0 ? LINE : SOFT)
    const words = String(Math.round(value))
    canvas.text(words, plot.x - 12 - widthOf(words, 'regular', 19), at(value) + 7, label)
  }
  canvas.polygon([[plot.x, at(0)], ...points, [points.at(-1)?.[0] ?? plot.x, at(0)]], colour, 0.1)
  points.forEach(([x, y], index) => {
    const [fromX, fromY] = points[index - 1] ?? [x, y]
    canvas.line(fromX, fromY, x, y, 4, colour)
  })
  const [endX, endY] = points.at(-1) ?? [0, 0]
  canvas.ring(endX, endY, 8, 8, colour)
  canvas.text(rate(rows.at(-1)?.busbwGBps ?? null), endX + 18, endY + 10, { face: 'semibold', size: 30, colour: TEXT })
  canvas.text('GB/s', endX + 18, endY + 36, label)
  canvas.text(bytes(rows[0]?.sizeBytes ?? 0), plot.x, box.y + box.height - 16, label)
  const end = bytes(rows.at(-1)?.sizeBytes ?? 0)
  canvas.text(end, endX - widthOf(end, 'regular', 19), box.y + box.height - 16, label)
  canvas.text('bus bandwidth by message size', plot.x + plot.width / 2 - 130, box.y + box.height - 16, label)
}

/** Cells with the colour of their state: a matrix shows where it hurts before it is read. */
export function drawTable(canvas: Canvas, table: SnapshotContent['tables'][number], box: Box) {
  const columns = table.columns.slice(0, 9)
  const rows = table.rows.slice(0, Math.max(1, Math.floor(box.height / 40) - 1))
  const name = 190
  const wide = (box.width - name) / Math.max(1, columns.length - 1)
  const high = Math.min(58, box.height / (rows.length + 1))
  const small = { face: 'regular', size: 19, colour: FAINT } as const
  columns.forEach((title, at) => {
    const text = wrap(oneLine(title), wide - 8, 1, small)[0] ?? ''
    canvas.text(
      text,
      at === 0 ? box.x : box.x + name + (at - 1) * wide + (wide - widthOf(text, 'regular', 19)) / 2,
      box.y + 24,
      small,
    )
  })
  rows.forEach((row, line) => {
    const y = box.y + (line + 1) * high
    row.cells.slice(0, columns.length).forEach((cell, at) => {
      const state = shownWord(cell.state)
      const style = { face: at === 0 ? 'semibold' : 'mono', size: 20, colour: TEXT } as const
      if (at === 0) {
        canvas.text(wrap(oneLine(cell.text), name - 12, 1, style)[0] ?? '', box.x, y + high / 2 + 7, style)
        return
      }
      const tile = { x: box.x + name + (at - 1) * wide + 2, y: y + 2, width: wide - 4, height: high - 4 }
      const look = state ? LOOKS[state] : null
      canvas.fill(tile, 7, look?.back ?? SURFACE)
      if (look) canvas.frame(tile, 7, 1.6, look.border, look.dash)
      const text = wrap(oneLine(cell.text), tile.width - 8, 1, style)[0] ?? ''
      const colour = state === 'fail' ? ON_FAIL : TEXT
      canvas.text(text, tile.x + (tile.width - widthOf(text, style.face, 20)) / 2, y + high / 2 + 7, {
        ...style,
        colour,
      })
    })
  })
}

import { shownWord, WORD } from '@/components/state/shown'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import type { ShownState } from '@/lib/verdict'
import { Canvas, type Colour } from '@/lib/web/canvas'
import { widthOf } from '@/lib/web/outline'
import { drawCurve, drawTable } from './preview-charts'
import { drawIcon, drawLogo } from './preview-icons'
import {
  ACCENT,
  ALSO_FAILED,
  BACK,
  FAINT,
  LOOKS,
  largest,
  MUTED,
  ON_FAIL,
  oneLine,
  PREVIEW,
  paragraph,
  TEXT,
  wrap,
} from './preview-parts'

const MARGIN = 60
const BOTTOM = PREVIEW.height - 52
const WIDE = PREVIEW.width - MARGIN * 2

/** The preview image of a frozen page: title, state, headline, and the pyramid, the curve, the matrix or the fix. Drawn from its data alone. */
export function drawPreview(content: SnapshotContent): Canvas {
  const canvas = new Canvas(PREVIEW.width, PREVIEW.height, BACK)
  const state = shownWord(content.state) ?? 'unknown'
  canvas.fill({ x: 0, y: 0, width: PREVIEW.width, height: 6 }, 0, LOOKS[state].colour)
  if (content.kind === 'node') drawNode(canvas, content, state)
  else if (content.kind === 'run') drawRun(canvas, content, state)
  else drawCause(canvas, content, state)
  drawLogo(canvas, MARGIN, BOTTOM - 22, 28)
  const at = MARGIN + 42
  const written = canvas.text('Cairn', at, BOTTOM, { face: 'semibold', size: 26, colour: TEXT })
  canvas.text(stamp(content.takenAt), at + written + 18, BOTTOM, { face: 'regular', size: 22, colour: FAINT })
  return canvas
}

function stamp(iso: string): string {
  return `frozen ${iso.slice(0, 16).replace('T', ' ')} UTC`
}

/** Title and state; returns the base line below. */
function head(canvas: Canvas, content: SnapshotContent, state: ShownState, words: string, width: number): number {
  const title = largest(content.title, [68, 60, 52, 44, 36, 30], width, 'semibold')
  canvas.text(title.text, MARGIN - 2, 64 + title.size * 0.62, { face: 'semibold', size: title.size, colour: TEXT })
  const y = 64 + title.size * 0.62 + 54
  const { colour } = LOOKS[state]
  drawIcon(canvas, state, MARGIN, y - 23, 28, colour)
  const line = largest(words, [30, 27, 24], width - 42, 'semibold')
  canvas.text(line.text, MARGIN + 42, y, { face: 'semibold', size: line.size, colour })
  return y
}

function drawNode(canvas: Canvas, content: SnapshotContent, state: ShownState) {
  const width = 500
  const first = content.levels.find((level) => level.shown === 'fail')
  const y = head(canvas, content, state, first ? `Failed at level ${first.number} of 10` : WORD[state], width)
  const next = paragraph(
    canvas,
    content.headline,
    { x: MARGIN, y: y + 66, width, most: 4 },
    { face: 'regular', size: 30, colour: TEXT },
  )
  const [value] = content.values
  let below = next
  if (value && next < BOTTOM - 120) {
    drawValue(canvas, value, next + 12, width)
    below = next + 76
  }
  const summary = content.causes[0]?.summary ?? ''
  const room = Math.floor((BOTTOM - 60 - below) / 30)
  if (summary !== content.headline && room > 1)
    paragraph(
      canvas,
      summary,
      { x: MARGIN, y: below + 28, width, most: Math.min(4, room - 1), leading: 30 },
      { face: 'regular', size: 22, colour: MUTED },
    )
  drawPyramid(canvas, content, first?.number)
}

function drawValue(canvas: Canvas, value: SnapshotContent['values'][number], y: number, width: number) {
  const mono = (colour: Colour) => ({ face: 'mono', size: 22, colour }) as const
  const label = wrap(oneLine(value.label), width, 1, mono(MUTED))[0] ?? ''
  canvas.text(label, MARGIN, y, mono(MUTED))
  let x = MARGIN
  for (const [text, style] of [
    ['now ', { face: 'regular', size: 26, colour: MUTED }],
    [value.value.slice(0, 14), { face: 'semibold', size: 26, colour: LOOKS.fail.colour }],
    ['   expected ', { face: 'regular', size: 26, colour: MUTED }],
    [value.expected.slice(0, 14), { face: 'semibold', size: 26, colour: TEXT }],
  ] as const)
    x += canvas.text(text, x, y + 38, style)
}

function drawPyramid(canvas: Canvas, content: SnapshotContent, first: number | undefined) {
  const wide = 520
  const high = 43
  const centre = PREVIEW.width - MARGIN - wide / 2
  for (const level of content.levels.slice(0, 10)) {
    const state = shownWord(level.shown) ?? 'unknown'
    const isLoud = level.number === first
    const look = state === 'fail' && !isLoud ? ALSO_FAILED : LOOKS[state]
    const width = wide * (1 - (level.number - 1) * 0.028)
    const box = {
      x: Math.round(centre - width / 2),
      y: 56 + (10 - level.number) * (high + 7),
      width: Math.round(width),
      height: high,
    }
    canvas.fill(box, 8, look.back)
    if (look.pattern && look.patternColour) canvas.fill(box, 8, look.patternColour, look.pattern)
    canvas.frame(box, 8, 1.6, look.border, look.dash)
    const ink = isLoud ? ON_FAIL : state === 'not-proved' || state === 'not-applicable' ? MUTED : TEXT
    const base = box.y + 29
    const number = String(level.number)
    canvas.text(number, box.x + 34 - widthOf(number, 'mono', 18), base - 1, {
      face: 'mono',
      size: 18,
      colour: isLoud ? ink : FAINT,
    })
    canvas.text(wrap(oneLine(level.title), width - 190, 1, { face: 'regular', size: 22 })[0] ?? '', box.x + 48, base, {
      face: isLoud ? 'semibold' : 'regular',
      size: 22,
      colour: ink,
    })
    const colour = isLoud ? ON_FAIL : look.colour
    const words = WORD[state]
    const face = isLoud ? 'semibold' : 'regular'
    const left = box.x + box.width - 14 - widthOf(words, face, 20)
    canvas.text(words, left, base, { face, size: 20, colour })
    drawIcon(canvas, state, left - 28, box.y + 12, 19, colour)
  }
}

function drawRun(canvas: Canvas, content: SnapshotContent, state: ShownState) {
  const y = head(canvas, content, state, runWords(content, state), WIDE)
  const below = paragraph(
    canvas,
    content.headline,
    { x: MARGIN, y: y + 52, width: WIDE, most: 2 },
    { face: 'regular', size: 27, colour: TEXT },
  )
  const box = { x: MARGIN, y: below - 6, width: WIDE, height: BOTTOM - 56 - below }
  const [table] = content.tables
  if ((content.rows ?? []).length > 0 || !table) drawCurve(canvas, content, box, LOOKS[state].colour)
  else drawTable(canvas, table, box)
}

function runWords(content: SnapshotContent, state: ShownState): string {
  const nodes = content.facts.find((fact) => fact.label === 'Nodes')?.value
  const words = state === 'pass' ? 'As expected' : state === 'warn' ? 'Below expected' : WORD[state]
  return nodes ? `${words}  ·  ${nodes}` : words
}

function drawCause(canvas: Canvas, content: SnapshotContent, state: ShownState) {
  const count = content.facts.find((fact) => fact.label === 'Nodes')?.value ?? ''
  const level = content.facts.find((fact) => fact.label === 'Level')?.value ?? ''
  const about = [count === '1' ? '1 node' : count === '' ? '' : `${count} nodes`, level === '' ? '' : `level ${level}`]
  const words = content.kind === 'cause' ? about.filter((word) => word !== '').join('  ·  ') : WORD[state]
  const y = head(canvas, content, state, words, WIDE)
  let next = paragraph(
    canvas,
    content.headline,
    { x: MARGIN, y: y + 56, width: WIDE, most: 3 },
    { face: 'regular', size: 28, colour: TEXT },
  )
  const steps = content.causes.flatMap((cause) => cause.fix).slice(0, 3)
  if (steps.length > 0 && next < BOTTOM - 150) {
    canvas.text('Fix', MARGIN, next + 16, { face: 'semibold', size: 24, colour: ACCENT })
    next += 60
    for (const [index, step] of steps.entries()) {
      if (next > BOTTOM - 56) break
      canvas.text(String(index + 1), MARGIN, next, { face: 'semibold', size: 22, colour: FAINT })
      const style = { face: step.command ? 'mono' : 'regular', size: 22, colour: TEXT } as const
      canvas.text(wrap(oneLine(step.command ?? step.text), WIDE - 34, 1, style)[0] ?? '', MARGIN + 34, next, style)
      next += 40
    }
  }
  const names = content.tables
    .flatMap((table) => table.rows.map((row) => row.cells.at(content.kind === 'cause' ? -1 : 0)?.text ?? ''))
    .join(', ')
  const room = Math.floor((BOTTOM - 44 - next) / 30)
  if (names !== '' && room > 0)
    paragraph(
      canvas,
      names,
      { x: MARGIN, y: next + 22, width: WIDE, most: Math.min(3, room), leading: 30 },
      { face: 'regular', size: 22, colour: MUTED },
    )
}

import { shownWord, WORD } from '@/components/state/shown'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import type { ShownState } from '@/lib/verdict'
import { Canvas, type Colour, type Dash, hex } from '@/lib/web/canvas'
import { CELL } from '@/lib/web/glyphs'
import { encodePng } from '@/lib/web/png'

/** Size that chats expect of a preview. */
export const PREVIEW = { width: 1200, height: 630 }

const BACK = hex('#0a0e13')
const SURFACE = hex('#10161d')
const LINE = hex('#2a3644')
const TEXT = hex('#e8eef4')
const MUTED = hex('#a3b0be')
const ACCENT = hex('#6cb6ff')
const MARGIN = 56

interface Look {
  colour: Colour
  back: Colour
  /** Text on it. */
  ink: Colour
  dash?: Dash
  /** Which pixels carry the pattern that says the same without colour. */
  pattern?: (x: number, y: number) => boolean
  patternColour?: Colour
}

const LOOKS: Readonly<Record<ShownState, Look>> = {
  pass: { colour: hex('#1d5a46'), back: hex('#0f2921'), ink: hex('#41ba8e') },
  warn: { colour: hex('#e3ac41'), back: hex('#2b2310'), ink: hex('#e3ac41'), dash: [4, 4] },
  fail: {
    colour: hex('#ff6f62'),
    back: hex('#ff6f62'),
    ink: hex('#1f0503'),
    pattern: (x, y) => (x + y) % 14 < 2 || (x - y + 1400) % 14 < 2,
    patternColour: hex('#ee6358'),
  },
  unknown: {
    colour: hex('#b992f5'),
    back: hex('#221935'),
    ink: hex('#b992f5'),
    dash: [9, 5],
    pattern: (x, y) => (x + y) % 12 < 4,
    patternColour: hex('#2d2247'),
  },
  blocked: {
    colour: hex('#8b9aab'),
    back: hex('#141b23'),
    ink: hex('#8b9aab'),
    dash: [9, 6],
    pattern: (x, y) => (x - y + 1400) % 14 < 2,
    patternColour: hex('#1f2832'),
  },
  running: { colour: hex('#5caaff'), back: hex('#10233a'), ink: hex('#5caaff') },
  'not-applicable': { colour: hex('#2a3644'), back: BACK, ink: hex('#8492a3') },
  'not-proved': { colour: hex('#8492a3'), back: BACK, ink: hex('#8492a3'), dash: [2, 5] },
}

/** A failed level above the first broken one: told, not shouted. */
const ALSO_FAILED: Look = { colour: hex('#ff6f62'), back: hex('#321619'), ink: hex('#ff6f62') }

/** The preview image of a frozen page as PNG: title, state, headline, and the pyramid, the curve or the fix. Drawn from its data alone. */
export function previewImage(content: SnapshotContent): Buffer {
  const canvas = new Canvas(PREVIEW.width, PREVIEW.height, BACK)
  const state = shownOf(content.state)
  const look = LOOKS[state]
  canvas.fill(0, 0, 12, PREVIEW.height, look.colour)
  const title = largest(content.title, [7, 6, 5, 4], PREVIEW.width - MARGIN * 2)
  canvas.text(title.text, MARGIN, 50, title.dot, TEXT, true)
  const failed = content.levels.find((level) => level.shown === 'fail')
  const words = failed && state === 'fail' ? `Failed at level ${failed.number} of 10: ${failed.title}` : WORD[state]
  const line = largest(words, [4, 3.4, 3], PREVIEW.width - MARGIN * 2)
  canvas.text(line.text, MARGIN, 128, line.dot, state === 'fail' ? look.colour : look.ink, true)
  if (content.kind === 'node') drawNode(canvas, content)
  else if (content.kind === 'run') drawRun(canvas, content)
  else drawCause(canvas, content)
  canvas.text('Cairn', MARGIN, PREVIEW.height - 52, 3.2, ACCENT, true)
  canvas.text(
    `frozen ${content.takenAt.slice(0, 16).replace('T', ' ')} UTC`,
    MARGIN + 120,
    PREVIEW.height - 49,
    2.4,
    MUTED,
  )
  return encodePng(PREVIEW.width, PREVIEW.height, canvas.pixels)
}

function shownOf(word: string): ShownState {
  return shownWord(word) ?? 'unknown'
}

const TOP = 186

function drawNode(canvas: Canvas, content: SnapshotContent) {
  paragraph(canvas, content.headline, MARGIN, TOP + 6, 450, 2.7, 11)
  const wide = 600
  const high = 34
  const centre = PREVIEW.width - MARGIN - wide / 2
  const first = content.levels.find((level) => level.shown === 'fail')?.number
  for (const level of content.levels.slice(0, 10)) {
    const isLoud = level.number === first
    const look = level.shown === 'fail' && !isLoud ? ALSO_FAILED : LOOKS[shownOf(level.shown)]
    const width = wide * (1 - (level.number - 1) * 0.03)
    const x = centre - width / 2
    const y = TOP + (10 - level.number) * (high + 5)
    canvas.fill(x, y, width, high, look.back)
    if (look.pattern && look.patternColour) canvas.fill(x, y, width, high, look.patternColour, look.pattern)
    canvas.frame(x, y, width, high, 2, look.colour, look.dash)
    canvas.text(String(level.number).padStart(2), x + 10, y + 8, 2.2, isLoud ? look.ink : MUTED)
    canvas.text(ascii(level.title), x + 48, y + 8, 2.2, isLoud ? look.ink : TEXT, isLoud)
    const word = WORD[shownOf(level.shown)]
    canvas.text(word, x + width - 12 - word.length * CELL.advance * 2.2, y + 8, 2.2, look.ink, isLoud)
  }
}

function drawRun(canvas: Canvas, content: SnapshotContent) {
  paragraph(canvas, content.headline, MARGIN, TOP, PREVIEW.width - MARGIN * 2, 2.6, 3)
  const rows = (content.rows ?? []).filter((row) => row.sizeBytes > 0 && row.busbwGBps !== null)
  const box = { x: MARGIN + 60, y: 300, width: PREVIEW.width - MARGIN * 2 - 60, height: 210 }
  canvas.fill(box.x, box.y, box.width, box.height, SURFACE)
  if (rows.length === 0) {
    canvas.text('No size was measured', box.x + 24, box.y + 24, 2.6, MUTED)
    return
  }
  const peak = Math.max(1, ...rows.map((row) => row.busbwGBps ?? 0))
  const first = Math.log2(rows[0]?.sizeBytes ?? 1)
  const last = Math.log2(rows.at(-1)?.sizeBytes ?? 2)
  const points = rows.map((row) => ({
    x: box.x + (last === first ? 0.5 : (Math.log2(row.sizeBytes) - first) / (last - first)) * box.width,
    y: box.y + box.height - ((row.busbwGBps ?? 0) / (peak * 1.1)) * box.height,
  }))
  for (let part = 0; part <= 2; part += 1) {
    const y = box.y + box.height * (1 - part / 2.2)
    canvas.fill(box.x, y, box.width, 1, LINE)
    canvas.text(String(Math.round((peak * part) / 2)).padStart(5), MARGIN - 30, y - 9, 2.2, MUTED)
  }
  const colour = LOOKS[shownOf(content.state)].colour
  points.forEach((point, index) => {
    const before = points[index - 1] ?? point
    canvas.line(before.x, before.y, point.x, point.y, 4, colour)
    canvas.line(point.x, point.y, point.x, point.y, 9, colour)
  })
  canvas.text('busbw, GB/s by message size', box.x + 16, box.y + 14, 2.2, MUTED)
  canvas.text(size(rows[0]?.sizeBytes ?? 0), box.x, box.y + box.height + 12, 2.2, MUTED)
  const end = size(rows.at(-1)?.sizeBytes ?? 0)
  canvas.text(end, box.x + box.width - end.length * CELL.advance * 2.2, box.y + box.height + 12, 2.2, MUTED)
}

function drawCause(canvas: Canvas, content: SnapshotContent) {
  const width = PREVIEW.width - MARGIN * 2
  let y = paragraph(canvas, content.headline, MARGIN, TOP, width, 2.7, 4) + 16
  for (const fact of content.facts.slice(0, 2)) {
    canvas.text(`${ascii(fact.label)}:`, MARGIN, y, 2.5, MUTED)
    y = paragraph(canvas, fact.value, MARGIN + 130, y, width - 130, 2.5, 2) + 6
  }
  const steps = content.causes.flatMap((cause) => cause.fix).slice(0, 3)
  if (steps.length > 0) canvas.text('Fix', MARGIN, y + 10, 2.8, TEXT, true)
  y += 46
  steps.forEach((step, index) => {
    if (y > PREVIEW.height - 110) return
    canvas.text(`${index + 1}`, MARGIN, y, 2.5, MUTED)
    y = paragraph(canvas, step.command ?? step.text, MARGIN + 32, y, width - 32, 2.5, 2) + 8
  })
}

/** Writes text in lines; what does not fit ends in dots. Returns where the next line would start. */
function paragraph(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  width: number,
  dot: number,
  most: number,
): number {
  const lines = wrap(ascii(text), Math.floor(width / (CELL.advance * dot)), most)
  lines.forEach((line, index) => {
    canvas.text(line, x, y + index * dot * 11, dot, TEXT)
  })
  return y + lines.length * dot * 11
}

/** Text in lines of at most `columns` characters, broken at spaces where there are any. */
export function wrap(text: string, columns: number, most: number): string[] {
  const lines: string[] = []
  let rest = text.trim()
  while (rest !== '' && lines.length < most) {
    const space = rest.length <= columns ? rest.length : rest.lastIndexOf(' ', columns)
    const cut = space > columns / 3 ? space : columns
    lines.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  const last = lines.at(-1)
  if (rest !== '' && last !== undefined) lines[lines.length - 1] = `${last.slice(0, columns - 3)}...`
  return lines
}

/** The largest of some sizes at which text fits a width; cut where none does. */
function largest(text: string, dots: readonly number[], width: number): { text: string; dot: number } {
  const plain = ascii(text)
  const room = (dot: number) => Math.floor(width / (CELL.advance * dot))
  const dot = dots.find((each) => plain.length <= room(each)) ?? dots.at(-1) ?? 3
  return { dot, text: wrap(plain, room(dot), 1)[0] ?? '' }
}

const PLAIN: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '×': 'x',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
  '·': '-',
  µ: 'u',
}

/** Text in the characters the font has; accents are dropped, anything else becomes a box when drawn. */
function ascii(text: string): string {
  return text
    .slice(0, 2_000)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[–—‘’“”…×→≤≥·µ]/g, (sign) => PLAIN[sign] ?? sign)
    .replace(/\s+/g, ' ')
    .trim()
}

function size(bytes: number): string {
  const unit = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Math.round(bytes / 1024 ** unit)} ${['B', 'KiB', 'MiB', 'GiB'][unit] ?? 'B'}`
}

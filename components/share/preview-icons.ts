import type { ShownState } from '@/lib/verdict'
import type { Canvas, Colour } from '@/lib/web/canvas'
import { ACCENT, BACK, LOOKS, ON_FAIL } from './preview-parts'

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

import { sanitiseLine } from '@/lib/sanitise'

/** Rows as aligned columns for a terminal; every cell is made harmless first. */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => sanitiseLine(cell, 200)))
  const widths: number[] = []
  for (const row of clean) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return clean
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '))
    .join('\n')
}

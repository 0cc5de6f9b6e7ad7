import type { Detail } from '@/lib/check'
import type { FrozenTable, SnapshotContent } from '@/lib/contract/snapshots'
import type { JudgedCheck, NodeReport } from '@/lib/report'

/** Most lines of an excerpt (UX-56). */
const MAX_LINES = 15
const MAX_TABLE_ROWS = 16
const MAX_COLUMNS = 8

/**
 * The check whose evidence shows best what is wrong: the one at the first broken level that the headline cause explains, else the lowest
 * failed one; null when nothing failed.
 */
export function decidingCheck(report: NodeReport): JudgedCheck | null {
  const failed = report.checks.filter((check) => check.state === 'fail')
  const here = failed.filter((check) => check.level === report.firstBroken)
  const cause = report.causes.find((entry) => here.some((check) => entry.explains.includes(check.id)))
  return here.find((check) => cause?.explains.includes(check.id)) ?? here[0] ?? failed[0] ?? null
}

/** Found and expected values that differ, at most four. */
export function valuesOf(check: JudgedCheck | null): SnapshotContent['values'] {
  return (check?.evidence ?? [])
    .filter((detail) => detail.kind === 'value')
    .filter((detail) => !detail.ok)
    .slice(0, 4)
    .map(({ label, value, expected, unit = '', source }) => ({
      label,
      value: `${value}${unit}`,
      expected: `${expected}${unit}`,
      source,
    }))
}

/** Lines of the raw answer around those that decided. */
export function excerptOf(check: JudgedCheck | null): SnapshotContent['excerpt'] {
  const lines = check?.evidence.find((detail): detail is Extract<Detail, { kind: 'lines' }> => detail.kind === 'lines')
  if (!lines) return null
  const first = lines.lines.findIndex((line) => line.mark)
  const from = Math.max(0, Math.min(first - 4, lines.lines.length - MAX_LINES))
  return {
    title: lines.title,
    source: lines.source,
    lines: lines.lines
      .slice(from, from + MAX_LINES)
      .map((line) => ({ text: line.text.slice(0, 300), mark: line.mark === true })),
  }
}

/** The table that decided, deviating rows first. */
export function tableOf(check: JudgedCheck | null): FrozenTable | null {
  const table = check?.evidence.find((detail): detail is Extract<Detail, { kind: 'table' }> => detail.kind === 'table')
  if (!table) return null
  const rows = [...table.rows].sort((a, b) => Number(b.deviates === true) - Number(a.deviates === true))
  return {
    title: table.title,
    columns: table.columns.slice(0, MAX_COLUMNS),
    rows: rows.slice(0, MAX_TABLE_ROWS).map((row) => ({
      cells: row.cells.slice(0, MAX_COLUMNS).map((cell, index) => ({
        text: cell === null ? '–' : String(cell),
        state: index === 0 && row.deviates === true ? 'fail' : null,
      })),
    })),
    more: Math.max(0, rows.length - MAX_TABLE_ROWS),
  }
}

import { bytes, rate } from '@/components/runs/words'
import { shownWord, WORD } from '@/components/state/shown'
import { StateIcon } from '@/components/state/state-mark'
import type { FrozenRow, FrozenTable, SnapshotContent } from '@/lib/contract/snapshots'

type Cell = FrozenTable['rows'][number]['cells'][number]

/** Tables: what decided, the nodes of a cause, the matrix of a run. */
export function FrozenTables({ tables }: { tables: readonly FrozenTable[] }) {
  return tables.map((table) => (
    <section key={table.title} className="panel overflow-hidden" aria-label={table.title}>
      <div className="panel-head">
        <h2 className="text-base font-semibold">{table.title}</h2>
        {table.more > 0 && <span className="text-sm text-muted">and {table.more} more</span>}
      </div>
      {/* Wide matrices scroll by themselves, by keyboard too. */}
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={`Table: ${table.title}`}>
        <table className="data-table tabular-nums">
          <thead>
            <tr>
              {table.columns.map((title, index) => (
                <th key={index} scope="col" className={isMatrix(table) && index > 0 ? '!text-center' : ''}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, index) => (
              <tr key={index}>
                {row.cells.map((cell, column) => (
                  <TableCell key={column} cell={cell} filled={isMatrix(table) && column > 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  ))
}

/** A table whose cells beside the first all have a state is read as a picture: its cells are filled. */
function isMatrix(table: FrozenTable): boolean {
  return table.columns.length > 3 && table.rows.every((row) => row.cells.slice(1).every((cell) => cell.state !== null))
}

function TableCell({ cell, filled }: { cell: Cell; filled: boolean }) {
  const state = shownWord(cell.state)
  // Addresses and numbers stay in one piece; lists of names wrap.
  const wraps = cell.text.length > 28 ? '' : 'whitespace-nowrap'
  if (!state) return <td className={`font-mono text-xs leading-5 ${wraps} !align-middle`}>{cell.text}</td>
  if (filled)
    return (
      <td data-verdict={state} className="!p-0.5">
        <span
          className={`block rounded border px-2 py-1 text-center font-mono text-xs ${state === 'pass' ? 'border-line-soft' : 'border-state bg-state-bg font-semibold text-state'}`}
        >
          {cell.text}
          <span className="sr-only"> {WORD[state]}</span>
        </span>
      </td>
    )
  return (
    <td data-verdict={state} className={`!align-middle leading-5 ${cell.text.length > 40 ? '' : 'whitespace-nowrap'}`}>
      <span className="flex items-center gap-1.5 text-state">
        <StateIcon state={state} size={14} />
        {cell.text || WORD[state]}
      </span>
    </td>
  )
}

/** Lines of a raw answer, those that decided marked. */
export function FrozenExcerpt({ excerpt }: { excerpt: SnapshotContent['excerpt'] }) {
  if (excerpt === null || excerpt.lines.length === 0) return null
  return (
    <section className="panel overflow-hidden" aria-label={excerpt.title}>
      <div className="panel-head">
        <h2 className="text-base font-semibold">{excerpt.title}</h2>
        <span className="font-mono text-xs text-muted">{excerpt.source}</span>
      </div>
      <pre className="raw overflow-x-auto px-3.5 py-2.5" tabIndex={0}>
        {excerpt.lines.map((line, index) => (
          <span key={index} className="block min-h-[1.2em]">
            {line.mark ? <mark>{line.text}</mark> : line.text}
          </span>
        ))}
      </pre>
    </section>
  )
}

/** Results by message size: the twin of the chart. */
export function FrozenRows({ rows }: { rows: readonly FrozenRow[] }) {
  if (rows.length === 0) return null
  return (
    <section className="panel overflow-x-auto @3xl:col-span-2" tabIndex={0} aria-label="Results by message size">
      <table className="data-table tabular-nums">
        <caption className="sr-only">Results by message size</caption>
        <thead>
          <tr>
            {['Size', 'Time, µs', 'algbw, GB/s', 'busbw, GB/s', 'wrong'].map((title, index) => (
              <th key={title} scope="col" className={index > 0 ? '!text-right' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="font-mono text-xs">
          {rows.map((row) => (
            <tr key={row.sizeBytes}>
              <td>{bytes(row.sizeBytes)}</td>
              <td className="text-right">{row.timeUsec ?? '?'}</td>
              <td className="text-right">{rate(row.algbwGBps)}</td>
              <td className="text-right font-semibold text-text">{rate(row.busbwGBps)}</td>
              <td className="text-right">{row.wrong ?? '?'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

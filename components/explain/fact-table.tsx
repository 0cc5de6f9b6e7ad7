import { type Fact, factGroups, words } from './fact-groups'

/** Rows of one table shown. */
const MAX_ROWS = 200

/** Facts to read: plain values first, then one table for each list. Unknown is said, never left blank. */
export function FactTable({ facts }: { facts: Readonly<Record<string, unknown>> }) {
  const { plain, tables } = factGroups(facts)
  if (plain.length + tables.length === 0) return null
  return (
    <details open={plain.length + tables.length < 12} className="px-3.5 py-2">
      <summary className="min-h-6 text-sm font-semibold">Facts</summary>
      {plain.length > 0 && <Plain rows={plain} />}
      {tables.map(({ name, columns, rows }) => (
        <div key={name} tabIndex={0} role="region" aria-label={name} className="mt-2 max-h-96 overflow-auto">
          <table className="data-table">
            <caption className="pb-1 text-left text-xs text-muted">
              {name}, {rows.length}
              {rows.length > MAX_ROWS && `, the first ${MAX_ROWS} shown`}
            </caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col" className="!px-2 text-xs first:!pl-0">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MAX_ROWS).map((row, index) => (
                <tr key={`${index + 1}`}>
                  {columns.map((column) => (
                    <td key={column} className="!px-2 font-mono text-xs break-words first:!pl-0">
                      <Value of={row[column]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </details>
  )
}

function Plain({ rows }: { rows: readonly Fact[] }) {
  return (
    <dl className="mt-1 grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-xs">
      {rows.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="font-mono break-words">
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ of }: { of: unknown }) {
  const text = words(of)
  return text === null ? <span className="text-faint">unknown</span> : text
}

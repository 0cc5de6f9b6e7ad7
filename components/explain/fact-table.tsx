/** Rows shown of one capture's facts. */
const MAX_ROWS = 400

/** Parsed facts as path and value. Unknown is said, never left blank. */
export function FactTable({ facts }: { facts: Readonly<Record<string, unknown>> }) {
  const rows = flatten(facts)
  if (rows.length === 0) return null
  return (
    <details open={rows.length < 40} className="px-3.5 py-2">
      <summary className="min-h-6 text-sm font-semibold">
        Facts, {rows.length === MAX_ROWS ? `the first ${MAX_ROWS}` : rows.length}
      </summary>
      <div tabIndex={0} role="region" aria-label="Facts" className="mt-1 max-h-96 overflow-auto">
        <table className="data-table">
          <thead className="sr-only">
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([path, value]) => (
              <tr key={path}>
                <td className="!pl-0 font-mono text-xs text-muted">{path}</td>
                <td className="font-mono text-xs">{value ?? <span className="text-faint">unknown</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

/** Leaves of a fact tree in reading order; null stays null. Depth and size are bounded. */
function flatten(facts: Readonly<Record<string, unknown>>): [string, string | null][] {
  const rows: [string, string | null][] = []
  const walk = (value: unknown, path: string, depth: number): void => {
    if (rows.length >= MAX_ROWS) return
    if (value === null || value === undefined) rows.push([path, null])
    else if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object' || entry === null))
      rows.push([path, value.length === 0 ? '(none)' : value.join(', ')])
    else if (Array.isArray(value) && depth < 8)
      value.forEach((entry, index) => {
        walk(entry, `${path}[${index}]`, depth + 1)
      })
    else if (typeof value === 'object' && depth < 8)
      for (const [key, entry] of Object.entries(value)) walk(entry, path ? `${path}.${key}` : key, depth + 1)
    else rows.push([path, typeof value === 'object' ? '…' : String(value)])
  }
  walk(facts, '', 0)
  return rows
}

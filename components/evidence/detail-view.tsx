import { StateIcon } from '@/components/state/state-mark'
import { CopyButton } from '@/components/ui/copy-button'
import type { Detail } from '@/lib/check'

/** Rows of a table shown before the rest folds away. */
const ROWS = 10

/** One piece of evidence; the union is closed, so a new check needs no new view. */
export function DetailView({ detail }: { detail: Detail }) {
  switch (detail.kind) {
    case 'table':
      return <TableDetail detail={detail} />
    case 'lines':
      return <LinesDetail detail={detail} />
    case 'value':
      return <ValueDetail detail={detail} />
    case 'diff':
      return <DiffDetail detail={detail} />
    case 'yaml':
      return <YamlDetail detail={detail} />
  }
}

type Of<K extends Detail['kind']> = { detail: Extract<Detail, { kind: K }> }

function Caption({ children, aside }: { children: string; aside?: string }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-3 px-3.5 pb-1 text-xs text-muted">
      <span>{children}</span>
      {aside && <span className="font-mono text-faint">{aside}</span>}
    </div>
  )
}

function TableDetail({ detail }: Of<'table'>) {
  const rest = detail.rows.length - ROWS
  return (
    <figure className="mt-2">
      <Caption>{detail.title}</Caption>
      <div tabIndex={0} role="region" aria-label={detail.title} className="overflow-x-auto border-y border-line-soft">
        <table className="data-table">
          <thead>
            <tr>
              {detail.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {detail.rows.slice(0, ROWS).map((row, index) => (
              <tr
                key={`${index + 1} ${row.cells[0] ?? ''}`}
                data-verdict={row.deviates ? 'fail' : undefined}
                className={row.deviates ? 'bg-fail-bg/60' : ''}
              >
                {row.cells.map((cell, at) => (
                  <td key={detail.columns[at] ?? at} className="font-mono text-xs whitespace-nowrap">
                    {at === 0 && row.deviates && (
                      <span className="mr-1.5 inline-block align-[-2px] text-state">
                        <StateIcon state="fail" size={12} />
                        <span className="sr-only">differs: </span>
                      </span>
                    )}
                    {cell === null ? <span className="text-faint">unknown</span> : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 && <p className="px-3.5 pt-1 text-xs text-muted">and {rest} more rows, in the evidence</p>}
    </figure>
  )
}

function LinesDetail({ detail }: Of<'lines'>) {
  return (
    <figure className="mt-2">
      <Caption aside={detail.source}>{detail.title}</Caption>
      <pre tabIndex={0} className="raw overflow-x-auto border-y border-line-soft px-3.5 py-2">
        {detail.lines.map((line, index) => (
          <span key={`${index + 1}`} className="block min-h-[1lh]">
            {line.mark ? <mark>{line.text}</mark> : line.text}
          </span>
        ))}
      </pre>
    </figure>
  )
}

function ValueDetail({ detail }: Of<'value'>) {
  const unit = detail.unit ?? ''
  return (
    <dl className="mx-3.5 mt-2 flex flex-wrap gap-x-6 gap-y-1 text-sm" data-verdict={detail.ok ? 'pass' : 'fail'}>
      <div>
        <dt className="text-xs text-muted">{detail.label}</dt>
        <dd className="flex items-center gap-1.5 font-mono text-state">
          <StateIcon state={detail.ok ? 'pass' : 'fail'} size={13} />
          {`${detail.value}${unit}`}
        </dd>
      </div>
      <div>
        <dt className="text-xs text-muted">expected</dt>
        <dd className="font-mono">{`${detail.expected}${unit}`}</dd>
      </div>
      <div>
        <dt className="text-xs text-muted">because</dt>
        <dd>{detail.source}</dd>
      </div>
    </dl>
  )
}

function DiffDetail({ detail }: Of<'diff'>) {
  const left = detail.left.text.split('\n')
  const right = detail.right.text.split('\n')
  const sides = [
    { label: detail.left.label, lines: left, other: new Set(right) },
    { label: detail.right.label, lines: right, other: new Set(left) },
  ]
  return (
    <figure className="mt-2">
      <Caption>{detail.title}</Caption>
      <div className="grid border-y border-line-soft md:grid-cols-2">
        {sides.map((side) => (
          <div key={side.label} className="min-w-0 border-line-soft md:first:border-r">
            <p className="px-3.5 pt-1.5 text-xs text-muted">{side.label}</p>
            <pre tabIndex={0} className="raw overflow-x-auto px-3.5 py-1.5">
              {side.lines.map((line, index) => (
                <span key={`${index + 1}`} className="block min-h-[1lh]">
                  {side.other.has(line) ? line : <mark>{line}</mark>}
                </span>
              ))}
            </pre>
          </div>
        ))}
      </div>
    </figure>
  )
}

function YamlDetail({ detail }: Of<'yaml'>) {
  return (
    <figure className="mt-2">
      <div className="flex items-center justify-between pr-2">
        <Caption>{detail.title}</Caption>
        <CopyButton text={detail.text} what="YAML" />
      </div>
      <pre tabIndex={0} className="raw max-h-80 overflow-auto border-y border-line-soft px-3.5 py-2">
        {detail.text}
      </pre>
    </figure>
  )
}

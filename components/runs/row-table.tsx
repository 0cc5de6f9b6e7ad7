import type { Run } from '@/lib/contract/runs'
import { bytes, rate } from './words'

/** The chart's twin: the same numbers as a table. */
export function RowTable({ run }: { run: Run }) {
  return (
    <section tabIndex={0} aria-label="Results by message size" className="panel max-h-[30rem] overflow-auto">
      <table className="data-table whitespace-nowrap [&_td]:text-right [&_th]:text-right">
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col" className="!text-left">
              Size
            </th>
            <th scope="col">Time, µs</th>
            <th scope="col">algbw</th>
            <th scope="col">busbw</th>
            <th scope="col">in place</th>
            <th scope="col">#wrong</th>
          </tr>
        </thead>
        <tbody className="font-mono text-xs">
          {run.rows.map((row) => (
            <tr key={row.sizeBytes}>
              <th scope="row" className="!text-left font-mono !text-text">
                {bytes(row.sizeBytes)}
              </th>
              <td>{row.timeUsec === null ? '–' : row.timeUsec.toLocaleString('en')}</td>
              <td>{rate(row.algbwGBps)}</td>
              <td className="font-semibold">{rate(row.busbwGBps)}</td>
              <td>{rate(row.inPlaceBusbwGBps)}</td>
              <td className={row.wrong ? 'font-semibold text-fail' : ''}>{row.wrong ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

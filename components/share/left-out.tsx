import { CopyButton } from '@/components/ui/copy-button'
import type { SnapshotPreview } from '@/lib/contract/snapshots'

/** What a reader does not get, and, for who shares, which pseudonym stands for what. */
export function LeftOut({ shown }: { shown: SnapshotPreview }) {
  return (
    <div className="flex flex-col gap-4 text-sm">
      <section aria-label="Not in the link">
        <h2 className="font-semibold">Not in the link</h2>
        <ul className="mt-1 list-disc pl-5 text-muted">
          {shown.removed.map((what) => (
            <li key={what} className="py-0.5">
              {what}
            </li>
          ))}
        </ul>
      </section>
      {shown.replaced.length > 0 && (
        <section aria-label="Pseudonyms">
          <div className="flex flex-wrap items-center gap-x-3">
            <h2 className="font-semibold">Pseudonyms</h2>
            <span className="text-muted">for you: no reader gets this list</span>
            <span className="flex-1" />
            <CopyButton
              text={shown.replaced.map(({ from, to }) => `${to}\t${from}`).join('\n')}
              what="Pseudonyms"
              label="Copy list"
            />
          </div>
          <table className="data-table mt-1">
            <thead>
              <tr>
                <th scope="col">Reader sees</th>
                <th scope="col">It is</th>
              </tr>
            </thead>
            <tbody className="font-mono text-xs">
              {shown.replaced.map(({ from, to }) => (
                <tr key={to}>
                  <td>{to}</td>
                  <td>{from}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}
